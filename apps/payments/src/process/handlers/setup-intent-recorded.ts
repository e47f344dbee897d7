import { recorded } from './handler.js';

export const setupIntentRecorded = recorded('setup_intent');
