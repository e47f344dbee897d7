import type { Recorded } from '../../recording/request-log.js';

/** How a request to the API ended. */
export type CallEnding =
  | { readonly kind: 'answer'; readonly status: number; readonly code?: string | undefined }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'hang' };

/** `behaviour`: a fault or the black hole decided; `replay`: its `apiRequestKey` was used before. */
export type CallDecidedBy = 'api' | 'behaviour' | 'replay';

/** One request to the API as the control API lists it; its keys are not kept. */
export interface ReceivedCall extends Recorded {
  readonly method: string;
  readonly path: string;
  /** Without the merchant; absent when there is none. */
  readonly route: string | undefined;
  readonly merchantId: string | undefined;
  /** Of the transaction that it asks for. */
  readonly orderId: string | undefined;
  /** Whether it was carried out, whatever its caller was told. */
  readonly done: boolean;
  readonly decidedBy: CallDecidedBy;
  readonly ending: CallEnding;
}

export interface CallFilter {
  readonly merchantId?: string | undefined;
  readonly method?: string | undefined;
  readonly route?: string | undefined;
  readonly path?: string | undefined;
  readonly orderId?: string | undefined;
  readonly status?: number | undefined;
  readonly decidedBy?: string | undefined;
}

export function matchesCall(call: ReceivedCall, filter: CallFilter): boolean {
  return (
    (filter.merchantId === undefined || call.merchantId === filter.merchantId) &&
    (filter.method === undefined || call.method === filter.method) &&
    (filter.route === undefined || call.route === filter.route) &&
    (filter.path === undefined || call.path === filter.path) &&
    (filter.orderId === undefined || call.orderId === filter.orderId) &&
    (filter.decidedBy === undefined || call.decidedBy === filter.decidedBy) &&
    (filter.status === undefined || (call.ending.kind === 'answer' && call.ending.status === filter.status))
  );
}
