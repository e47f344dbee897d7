import type { Dispute } from '../normalise/dispute.js';
import { presentOf, type Seen } from '../seen.js';
import type { State } from './state.js';

export interface DisputeState extends State<Dispute, { readonly wasInquiry: boolean }> {
  /** The bank only asked, at some time: what came after is an escalation. */
  readonly past: { readonly wasInquiry: boolean };
}

/** A dispute goes to and fro (lost, appealed, won), so only Stripe can say where it stands. */
export function joinDispute(known: DisputeState | undefined, seen: Seen<Dispute>): DisputeState | undefined {
  const now = presentOf(seen) ?? known?.now;
  if (now === undefined) return undefined;
  const wasInquiry =
    (known?.past.wasInquiry ?? false) || isInquiry(now) || (seen.snapshot !== undefined && isInquiry(seen.snapshot));
  return { now, past: { wasInquiry } };
}

/** Somebody's bank asks; no money moved. */
export function isInquiry(dispute: Dispute): boolean {
  return dispute.status.startsWith('warning_');
}
