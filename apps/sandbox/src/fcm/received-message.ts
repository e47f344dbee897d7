import type { Decision } from '../scripting/decision.js';
import type { FcmEnding } from './ending.js';
import type { TargetKind } from './request-rules.js';

/** One request to FCM, what was decided about it, and when. */
export interface ReceivedMessage extends Decision<FcmEnding> {
  /** Counts up from 1, also across `clear`. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly connection: number;
  readonly httpVersion: '1.1' | '2';
  readonly method: string;
  readonly path: string;
  readonly projectId: string | undefined;
  readonly targetKind: TargetKind | undefined;
  /** The token, installation id, topic or condition. */
  readonly token: string | undefined;
  /** What the answer called the message: `projects/x/messages/y`. */
  readonly messageName: string | undefined;
  /** The sender, when its access token was valid. */
  readonly clientEmail: string | undefined;
  readonly keyId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly payloadBytes: number;
}

export interface MessageFilter {
  readonly token?: string | undefined;
  readonly projectId?: string | undefined;
  readonly clientEmail?: string | undefined;
  readonly keyId?: string | undefined;
  readonly status?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly messageName?: string | undefined;
}

export function matches(message: ReceivedMessage, filter: MessageFilter): boolean {
  const { ending } = message;
  return (
    (filter.token === undefined || message.token === filter.token) &&
    (filter.projectId === undefined || message.projectId === filter.projectId) &&
    (filter.clientEmail === undefined || message.clientEmail === filter.clientEmail) &&
    (filter.keyId === undefined || message.keyId === filter.keyId) &&
    (filter.messageName === undefined || message.messageName === filter.messageName) &&
    (filter.status === undefined || (ending.kind === 'answer' && ending.status === filter.status)) &&
    (filter.errorCode === undefined || (ending.kind === 'answer' && ending.errorCode === filter.errorCode))
  );
}
