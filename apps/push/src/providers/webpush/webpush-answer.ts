import type { IncomingHttpHeaders } from 'node:http2';
import type { ChannelAnswer } from '@signalbox/http2-channel';
import { parseRetryAfter } from '../retry-wait.js';

/** Characters of an answer's text that are kept. */
const MOST_TEXT = 300;
/** Characters of a message's name. */
const MOST_NAME = 200;

/** A push service answered. Plain JSON, as all of WebPushAnswer: it is kept with the delivery. */
export interface AnsweredByPushService {
  readonly kind: 'answered';
  readonly status: number;
  /** Apple's `reason`; nobody else has a code that is worth a name. */
  readonly reason?: string;
  /** What else it said, cut. */
  readonly text?: string;
  readonly retryAfterMs?: number;
  /** What the push service calls the message: the end of its `Location`. */
  readonly messageId?: string;
}

/**
 * What became of one request to a push service:
 * `unsent`: nothing left this process, `unprocessed`: the service says that it did not act on it (RFC 9113, section 8.7),
 * `unanswered`: it went out and no answer came, so it may or may not have been delivered.
 */
export type WebPushAnswer =
  | AnsweredByPushService
  | { readonly kind: 'unsent'; readonly code: string }
  | { readonly kind: 'unprocessed'; readonly code: string }
  | { readonly kind: 'unanswered'; readonly code: string };

export function readWebPushAnswer(answer: ChannelAnswer): WebPushAnswer {
  if (answer.kind === 'answered') return readAnswered(answer);
  // The status says enough of an answer whose end is lost.
  if (answer.kind === 'unanswered' && answer.status !== undefined) {
    return readAnswered({ status: answer.status, headers: answer.headers ?? {}, body: '' });
  }
  return { kind: answer.kind, code: answer.code };
}

/** @param now when the answer came, in milliseconds since 1970. */
export function readAnswered(
  { status, headers, body }: { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string },
  now = Date.now(),
): AnsweredByPushService {
  const retryAfter = headers['retry-after'];
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
  const messageId = headers.location?.split('/').findLast((part) => part !== '');
  const reason = reasonOf(body);
  const text = reason === undefined ? body.trim().slice(0, MOST_TEXT) : '';
  return {
    kind: 'answered',
    status,
    ...(reason !== undefined && { reason }),
    ...(text !== '' && { text }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(messageId !== undefined && { messageId: messageId.slice(0, MOST_NAME) }),
  };
}

function reasonOf(body: string): string | undefined {
  try {
    const { reason } = JSON.parse(body) as { reason?: unknown };
    return typeof reason === 'string' && /^[A-Za-z]{1,64}$/.test(reason) ? reason : undefined;
  } catch {
    return undefined;
  }
}
