import type { Invoice } from '../normalise/invoice.js';
import { lookOf, type Seen } from '../seen.js';
import { laterOf } from './later-of.js';
import type { At, State } from './state.js';

export type InvoiceState = State<At<Invoice>>;

/** What was written off can still be paid or voided; the last two are for good. */
const RANK: Record<Invoice['status'], number> = { draft: 1, open: 2, uncollectible: 3, void: 4, paid: 5 };

/** Attempts are counted by Stripe, which puts them in order better than seconds do. */
const placeOf = (look: At<Invoice>): number[] => [RANK[look.status], look.attempt, look.at];

export function joinInvoice(known: InvoiceState | undefined, seen: Seen<Invoice>): InvoiceState | undefined {
  const look = lookOf(seen);
  return look === undefined ? known : { now: laterOf(known?.now, { ...look, at: seen.event.created }, placeOf) };
}

/** Nothing is owed on it any more. */
export function isSettled(invoice: Invoice): boolean {
  return invoice.status === 'paid' || invoice.status === 'void';
}
