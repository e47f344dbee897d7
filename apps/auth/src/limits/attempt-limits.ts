import { createHash } from 'node:crypto';
import type { Sql } from '@signalbox/database';
import { GIVE_BACK, TAKE } from './attempt-bucket.queries.js';
import { ATTEMPT_RULES, type AttemptKind, type AttemptRule } from './attempt-rules.js';

/** One bucket: what is counted, and for whom. The names are hashed, so they may hold an address. */
export type Bucket = readonly [kind: AttemptKind, ...names: string[]];

export type Take = { readonly ok: true } | { readonly ok: false; readonly retryAfterSeconds: number };

/**
 * How often something may be tried, counted in Postgres for all processes together. Known and unknown accounts have the same
 * buckets: a refusal tells nothing about who exists.
 */
export class AttemptLimits {
  constructor(private readonly database: Sql) {}

  /** One statement, in no transaction of its caller's: what was tried stays counted whatever comes of it. */
  async take(...[kind, ...names]: Bucket): Promise<Take> {
    const { quick, slow }: AttemptRule = ATTEMPT_RULES[kind];
    const { rows } = await this.database.query<{ ok: boolean; wait: number | null }>(TAKE, [
      keyOf(kind, names),
      quick.everySeconds,
      quick.everySeconds * quick.burst,
      slow.everySeconds,
      slow.everySeconds * slow.burst,
    ]);
    const [{ ok, wait } = { ok: false, wait: null }] = rows;
    return ok ? { ok } : { ok, retryAfterSeconds: Math.max(1, Math.ceil(wait ?? quick.everySeconds)) };
  }

  /** Takes from each bucket, in this order, up to the first that has nothing. */
  async takeAll(buckets: readonly Bucket[]): Promise<Take> {
    for (const bucket of buckets) {
      const take = await this.take(...bucket);
      if (!take.ok) return take;
    }
    return { ok: true };
  }

  /** Undoes one take from each: it was no guess after all. */
  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    const rules = buckets.map(([kind]): AttemptRule => ATTEMPT_RULES[kind]);
    await this.database.query(GIVE_BACK, [
      buckets.map(([kind, ...names]) => keyOf(kind, names)),
      rules.map(({ quick }) => quick.everySeconds),
      rules.map(({ slow }) => slow.everySeconds),
    ]);
  }
}

/** As JSON, in which no two lists of names read the same. */
function keyOf(kind: AttemptKind, names: readonly string[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([kind, ...names]))
    .digest();
}
