import type { Decision } from '../scripting/decision.js';
import type { Ending } from './ending.js';

/** One request to APNs, what was decided about it, and when. */
export interface ReceivedRequest extends Decision<Ending> {
  /** Counts up from 1, also across `clear`. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly apnsId: string;
  /** The sender, when its provider token was valid. */
  readonly teamId: string | undefined;
  readonly keyId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly payloadBytes: number;
}

export interface RequestFilter {
  readonly token?: string | undefined;
  readonly apnsId?: string | undefined;
  readonly topic?: string | undefined;
  readonly keyId?: string | undefined;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
}

export function matches(request: ReceivedRequest, filter: RequestFilter): boolean {
  const { ending } = request;
  return (
    (filter.token === undefined || request.token?.toLowerCase() === filter.token.toLowerCase()) &&
    (filter.apnsId === undefined || request.apnsId.toLowerCase() === filter.apnsId.toLowerCase()) &&
    (filter.topic === undefined || request.headers['apns-topic'] === filter.topic) &&
    (filter.keyId === undefined || request.keyId === filter.keyId) &&
    (filter.status === undefined || (ending.kind === 'answer' && ending.status === filter.status)) &&
    (filter.reason === undefined || (ending.kind === 'answer' && ending.reason === filter.reason))
  );
}
