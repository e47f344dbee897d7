import { recorded } from './handler.js';

export const invoiceRecorded = recorded('invoice');
