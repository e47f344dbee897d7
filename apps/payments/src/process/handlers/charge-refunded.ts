import { telling } from './handler.js';

/** What was given back in all is computed from all charges and refunds of the payment: see ../given-back.ts. */
export const chargeRefunded = telling('charge', () => []);
