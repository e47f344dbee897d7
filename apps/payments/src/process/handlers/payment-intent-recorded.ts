import { recorded } from './handler.js';

/** An intent that was made, or is paid in part, is not paid: nothing follows. */
export const paymentIntentRecorded = recorded('payment_intent');
