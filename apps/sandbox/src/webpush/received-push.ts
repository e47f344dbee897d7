import type { Decision } from '../scripting/decision.js';
import type { WebPushEnding } from './ending.js';

/** One request to the push service, what was decided about it, and when. */
export interface ReceivedPush extends Decision<WebPushEnding> {
  /** Counts up from 1, also across `clear`. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly httpVersion: '1.1' | '2';
  /** The subscription, when the path is one. */
  readonly token: string | undefined;
  /** The sender, when its token was valid. */
  readonly publicKey: string | undefined;
  readonly subject: string | undefined;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** As the browser reads it; empty when it could not. */
  readonly payload: string;
  readonly payloadBytes: number;
  /** As it came, encrypted. */
  readonly bodyBytes: number;
}

export interface PushFilter {
  readonly token?: string | undefined;
  readonly publicKey?: string | undefined;
  readonly messageId?: string | undefined;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
}

export function matches(push: ReceivedPush, filter: PushFilter): boolean {
  const { ending } = push;
  return (
    (filter.token === undefined || push.token === filter.token) &&
    (filter.publicKey === undefined || push.publicKey === filter.publicKey) &&
    (filter.messageId === undefined || push.messageId === filter.messageId) &&
    (filter.status === undefined || (ending.kind === 'answer' && ending.status === filter.status)) &&
    (filter.reason === undefined || (ending.kind === 'answer' && ending.reason === filter.reason))
  );
}
