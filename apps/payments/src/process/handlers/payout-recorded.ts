import { recorded } from './handler.js';

export const payoutRecorded = recorded('payout');
