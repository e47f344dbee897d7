import type { Recorded } from '../../recording/request-log.js';

/** How a request to the API ended. */
export type CallEnding =
  | { readonly kind: 'answer'; readonly status: number; readonly code?: string | undefined }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'hang' };

/** `behaviour`: a fault, the black hole or a latency decided; `replay`: it was answered before. */
export type CallDecidedBy = 'api' | 'behaviour' | 'replay';

/** One request to the API as the control API lists it; its key is not kept. */
export interface ReceivedCall extends Recorded {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** The route as in Stripe's reference; absent when there is none. */
  readonly route: string | undefined;
  readonly accountId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly version: string;
  /** Whether it was carried out, whatever its caller was told. */
  readonly done: boolean;
  readonly decidedBy: CallDecidedBy;
  readonly ending: CallEnding;
}

export interface CallFilter {
  readonly accountId?: string | undefined;
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly path?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly status?: number | undefined;
  readonly decidedBy?: string | undefined;
}

export function matchesCall(call: ReceivedCall, filter: CallFilter): boolean {
  return (
    (filter.accountId === undefined || call.accountId === filter.accountId) &&
    (filter.method === undefined || call.method === filter.method) &&
    (filter.route === undefined || call.route === filter.route) &&
    (filter.path === undefined || call.path === filter.path) &&
    (filter.idempotencyKey === undefined || call.idempotencyKey === filter.idempotencyKey) &&
    (filter.decidedBy === undefined || call.decidedBy === filter.decidedBy) &&
    (filter.status === undefined || (call.ending.kind === 'answer' && call.ending.status === filter.status))
  );
}
