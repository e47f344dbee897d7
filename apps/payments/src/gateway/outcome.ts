/**
 * What one call that changes something at a gateway came to:
 * - `done`: it happened;
 * - `declined`: the customer's bank, or the gateway for it, said no. No money moved;
 * - `refused`: the gateway does not take this request, as it is or as things stand. Nothing happened;
 * - `not_done`: it is certain that nothing happened, and the same call may be made again after `retryAfterMs` milliseconds;
 * - `unknown`: it may have happened. Nothing else may be done until the gateway was asked.
 */
export type GatewayOutcome<Value> = Done<Value> | Declined | Refused | NotDone | Unknown;

export interface Done<Value> {
  readonly kind: 'done';
  readonly value: Value;
}

/** The gateway's own words for why. */
export interface Declined {
  readonly kind: 'declined';
  readonly code: string;
  readonly declineCode?: string | undefined;
}

export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  /** A sentence for a developer, in the gateway's words. */
  readonly detail: string;
}

export interface NotDone {
  readonly kind: 'not_done';
  readonly reason: string;
  readonly retryAfterMs: number;
}

export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** What a read came to: reads may be repeated by whoever needs them. */
export type ReadOutcome<Value> =
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'missing' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs: number };

/**
 * What asking for an unknown outcome came to:
 * - `done`, `declined`, `refused`: the outcome, as if the call had answered;
 * - `not_happened`: it did not happen, and cannot happen any more;
 * - `later`: still not known.
 */
export type Settlement<Value> =
  | Done<Value>
  | Declined
  | Refused
  | { readonly kind: 'not_happened' }
  | { readonly kind: 'later'; readonly reason: string; readonly retryAfterMs?: number };

export const done = <Value>(value: Value): Done<Value> => ({ kind: 'done', value });
