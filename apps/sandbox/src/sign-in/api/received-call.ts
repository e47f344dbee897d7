import type { Recorded } from '../../recording/request-log.js';
import type { EndpointName } from '../providers/dialect.js';

/** How a request ended. */
export type CallEnding =
  | { readonly kind: 'answer'; readonly status: number; readonly error?: string | undefined }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'hang' };

/** One request to a provider as the control API lists it, with its form as payload; secrets of clients are not kept. */
export interface ReceivedCall extends Recorded {
  readonly provider: string | undefined;
  /** `choose`: a button of the page was pressed. Absent when there is no such endpoint. */
  readonly route: EndpointName | 'choose' | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly clientId: string | undefined;
  readonly grantType: string | undefined;
  /** Whether it was carried out, whatever its caller was told. */
  readonly done: boolean;
  readonly decidedBy: 'behaviour' | 'provider';
  readonly ending: CallEnding;
}

export interface CallFilter {
  readonly provider?: string | undefined;
  readonly route?: string | undefined;
  readonly method?: string | undefined;
  readonly clientId?: string | undefined;
  readonly grantType?: string | undefined;
  readonly decidedBy?: string | undefined;
  readonly error?: string | undefined;
  readonly status?: number | undefined;
}

export function matchesCall(call: ReceivedCall, filter: CallFilter): boolean {
  const { ending } = call;
  return (
    (filter.provider === undefined || call.provider === filter.provider) &&
    (filter.route === undefined || call.route === filter.route) &&
    (filter.method === undefined || call.method === filter.method) &&
    (filter.clientId === undefined || call.clientId === filter.clientId) &&
    (filter.grantType === undefined || call.grantType === filter.grantType) &&
    (filter.decidedBy === undefined || call.decidedBy === filter.decidedBy) &&
    (filter.error === undefined || (ending.kind === 'answer' && ending.error === filter.error)) &&
    (filter.status === undefined || (ending.kind === 'answer' && ending.status === filter.status))
  );
}
