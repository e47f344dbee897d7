import { recorded } from './handler.js';

/** Charges give a payment's attempts their details. What is paid, its intent alone says. */
export const chargeRecorded = recorded('charge');
