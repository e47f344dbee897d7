import { recorded } from './handler.js';

/** Says which of the app's users a customer is: see ../keep-customer.ts. */
export const customerRecorded = recorded('customer');
