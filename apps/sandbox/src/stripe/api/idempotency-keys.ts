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
}

/** What was answered to which Idempotency-Key in the last day: https://docs.stripe.com/api/idempotent_requests */
export class IdempotencyKeys {
  private readonly kept = new Map<string, Kept>();

  /** @throws Refused when the key was used for something else. */
  find(scope: string, fingerprint: string, now = Date.now()): Kept | undefined {
    const kept = this.kept.get(scope);
    if (!kept || now - kept.at >= DAY_MS) return undefined;
    if (kept.fingerprint === fingerprint) return kept;
    const key = scope.slice(scope.indexOf(' ') + 1);
    throw new Refused(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }

  keep(scope: string, fingerprint: string, answer: ApiAnswer, requestId: string, now = Date.now()): void {
    const oldest = this.kept.keys().next();
    if (this.kept.size >= REMEMBERED && !oldest.done) this.kept.delete(oldest.value);
    this.kept.set(scope, { fingerprint, answer, requestId, at: now });
  }

  forget(accountId: string): void {
    for (const scope of this.kept.keys()) if (scope.startsWith(`${accountId} `)) this.kept.delete(scope);
  }

  forgetAll(): void {
    this.kept.clear();
  }
}

/** Equal for requests that ask for the same. */
export function fingerprintOf(method: string, path: string, payload: string): string {
  return createHash('sha256').update(`${method} ${path}\n${payload}`).digest('base64');
}
