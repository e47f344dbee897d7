import { createHash } from 'node:crypto';
import type { Transaction } from '../objects/transaction.js';
import { invalid } from '../wire/refused.js';

interface Kept {
  readonly fingerprint: string;
  /** What came of it; absent when the request was refused. */
  readonly transaction: Transaction | undefined;
}

/**
 * What was asked for under which `apiRequestKey`. The same request again is not carried out, and is told how its
 * transaction stands now: https://developer.paypal.com/braintree/graphql/integration_guides/idempotency
 */
export class RequestKeys {
  private readonly kept = new Map<string, Kept>();

  /** @throws Invalid when the key was used for something else, or for a request that was refused. */
  find(key: string, fingerprint: string): Transaction | undefined {
    const kept = this.kept.get(key);
    if (!kept) return undefined;
    if (kept.fingerprint !== fingerprint)
      throw refused('915232', 'API request key can be reused only with the same request.');
    if (!kept.transaction) throw refused('915234', 'API request key was used with a request that failed.');
    return kept.transaction;
  }

  keep(key: string, fingerprint: string, transaction: Transaction | undefined): void {
    this.kept.set(key, { fingerprint, transaction });
  }

  forget(): void {
    this.kept.clear();
  }
}

/** Equal for requests that ask for the same. */
export function fingerprintOf(route: string, path: string, payload: string): string {
  return createHash('sha256').update(`${route} ${path}\n${payload}`).digest('base64');
}

function refused(code: string, message: string) {
  return invalid('transaction', 'api_request_key', code, message);
}
