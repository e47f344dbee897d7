import { EgressFailed, type EgressStage, type PostAnswer } from '@signalbox/egress';
import { retryAfterMs } from './retry-after.js';

/** What one attempt came to. */
export interface Outcome {
  /** Of everything that can be answered only 2xx is success. */
  readonly isDelivered: boolean;
  /** The endpoint says that it is no more (410), and wants nothing any longer. */
  readonly isGone: boolean;
  /** For people and metrics: `http_503`, `timeout`; absent when delivered. */
  readonly reason?: string;
  readonly kind: 'delivered' | 'bad_status' | EgressStage;
  readonly status?: number;
  readonly answer?: string;
  readonly error?: string;
  /** Milliseconds that the endpoint asked us to wait, with any bad status. */
  readonly retryAfterMs?: number;
}

const GONE = 410;

export function outcomeOfAnswer({ status, body, retryAfter }: PostAnswer, now: Date): Outcome {
  const answer = storableText(body.toString('utf8'));
  if (status >= 200 && status < 300)
    return { kind: 'delivered', isDelivered: true, isGone: false, status, ...(answer !== '' && { answer }) };
  const wait = retryAfterMs(retryAfter, now);
  return {
    kind: 'bad_status',
    isDelivered: false,
    isGone: status === GONE,
    reason: `http_${status}`,
    status,
    ...(answer !== '' && { answer }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
}

/** @throws the error itself when it does not tell of the endpoint. */
export function outcomeOfError(error: unknown): Outcome {
  if (!(error instanceof EgressFailed)) throw error;
  return { kind: error.stage, isDelivered: false, isGone: false, reason: error.stage, error: error.message };
}

/** Postgres' text has no NUL; what does not read as UTF-8 was replaced when it was decoded. */
function storableText(text: string): string {
  return text.replaceAll('\0', '');
}
