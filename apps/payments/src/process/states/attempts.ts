import { createHash } from 'node:crypto';
import type { AttemptError } from '../normalise/fields.js';
import { canonical } from './canonical.js';

/** A failed attempt at an intent. */
export interface Attempt {
  /** Names the attempt: its charge where there was one. */
  readonly key: string;
  readonly at: number;
  readonly code?: string | undefined;
  readonly declineCode?: string | undefined;
}

/** More are not kept: somebody tries out cards. */
const KEPT = 20;

/**
 * Names the attempt that an error tells of. Without a charge (a refused authentication) it is the request; where Stripe tells
 * neither, the error and its second.
 */
export function attemptOf(error: AttemptError, at: number, own?: string): Attempt {
  const text = canonical([error.code, error.declineCode]);
  const key =
    error.charge ?? own ?? error.request ?? `${createHash('sha256').update(text).digest('hex').slice(0, 16)}:${at}`;
  return { key, at, code: error.code, declineCode: error.declineCode };
}

/** Each attempt once, oldest first, the newest of too many. */
export function withAttempt(known: readonly Attempt[], attempt: Attempt | undefined): readonly Attempt[] {
  if (attempt === undefined) return known;
  const byKey = new Map(known.map((each) => [each.key, each]));
  const same = byKey.get(attempt.key);
  // Of two events about one attempt the later counts: one that was dropped as too old would come back otherwise.
  byKey.set(attempt.key, same !== undefined && isBefore(attempt, same) ? same : attempt);
  return [...byKey.values()].sort((a, b) => (isBefore(a, b) ? -1 : 1)).slice(-KEPT);
}

function isBefore(a: Attempt, b: Attempt): boolean {
  return a.at === b.at ? canonical(a) <= canonical(b) : a.at < b.at;
}
