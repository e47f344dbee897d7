import type { Dispute, Transaction } from '../transaction.js';

/** A payment as Braintree has it at one moment: its sale, what went back of it, and who disputes it. */
export interface Sighting {
  readonly sale: Transaction;
  readonly refunds: readonly Transaction[];
  readonly disputes: readonly Dispute[];
}
