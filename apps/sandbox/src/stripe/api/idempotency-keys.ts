import { createHash } from 'node:crypto';
import { Refused } from '../wire/refused.js';
import type { ApiAnswer } from './api-answer.js';

const DAY_MS = 86_400_000;
const REMEMBERED = 50_000;

interface Kept {
  readonly fingerprint: string;
  readonly answer: ApiAnswer;
  readonly requestId: string;
  readonly at: number;
  /** Until its answer has left, the first request is still going through. */
  readonly answeredAt: number;
}

/** One use of an Idempotency-Key. */
export interface KeyUse {
  /** The key, apart for each account. */
  readonly scope: string;
  /** What it is used for. */
  readonly fingerprint: string;
}

/** What was answered to which Idempotency-Key in the last day: https://docs.stripe.com/api/idempotent_requests */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  /** @throws Refused when the key was used for something else, or its first request is not answered yet. */
  find({ scope, fingerprint }: KeyUse, now = Date.now()): Kept | undefined {
    const kept = this.kept.get(scope);
    if (!kept || now - kept.at >= DAY_MS) return undefined;
    const key = scope.slice(scope.indexOf(' ') + 1);
    if (kept.fingerprint === fingerprint && now < kept.answeredAt) throw inUse(key);
    if (kept.fingerprint === fingerprint) return kept;
    throw new Refused(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }

  /** The first request is answered `latencyMs` from now. */
  keep({ scope, fingerprint }: KeyUse, answer: ApiAnswer, requestId: string, latencyMs: number): void {
    const at = Date.now();
    const oldest = this.kept.keys().next();
    if (this.kept.size >= REMEMBERED && !oldest.done) this.kept.delete(oldest.value);
    this.kept.set(scope, { fingerprint, answer, requestId, at, answeredAt: at + latencyMs });
  }

  forget(accountId: string): void {
    for (const scope of this.kept.keys()) if (scope.startsWith(`${accountId} `)) this.kept.delete(scope);
  }

  forgetAll(): void {
    this.kept.clear();
  }
}

function inUse(key: string): Refused {
  return new Refused(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
  });
}

/** Equal for requests that ask for the same. */
export function fingerprintOf(method: string, path: string, payload: string): string {
  return createHash('sha256').update(`${method} ${path}\n${payload}`).digest('base64');
}
