import { recorded } from './handler.js';

/** Ties an invoice to the payment that it is paid with, which from basil on nothing else does. */
export const invoicePaymentRecorded = recorded('invoice_payment');
