import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import { PURGE_BUCKETS } from './attempt-bucket.queries.js';
import { AttemptLimits, type Bucket } from './attempt-limits.js';
import { ATTEMPT_RULES, type AttemptKind } from './attempt-rules.js';

const postgres = usePostgres();
const limits = (): AttemptLimits => new AttemptLimits(postgres.database());
const KINDS = Object.keys(ATTEMPT_RULES) as AttemptKind[];

/** Lets time pass, for all buckets: what is later for one is earlier for the other. */
async function pass(seconds: number): Promise<void> {
  await postgres.database().query(
    `UPDATE attempt_bucket SET quick_full_at = quick_full_at - $1 * interval '1 s',
      slow_full_at = slow_full_at - $1 * interval '1 s'`,
    [seconds],
  );
}

/** A pair of buckets as one would explain them: so many left, growing with time. */
class Model {
  private quick: number;
  private slow: number;

  constructor(private readonly kind: AttemptKind) {
    this.quick = ATTEMPT_RULES[kind].quick.burst;
    this.slow = ATTEMPT_RULES[kind].slow.burst;
  }

  /** Whether one can be taken; undefined when it is too close to say, since the database's clock runs on by itself. */
  take(): boolean | undefined {
    const least = Math.min(this.quick, this.slow);
    if (least < 1) return least > 0.9 ? undefined : false;
    this.quick -= 1;
    this.slow -= 1;
    return true;
  }

  giveBack(): void {
    const { quick, slow } = ATTEMPT_RULES[this.kind];
    this.quick = Math.min(quick.burst, this.quick + 1);
    this.slow = Math.min(slow.burst, this.slow + 1);
  }

  pass(seconds: number): void {
    const { quick, slow } = ATTEMPT_RULES[this.kind];
    this.quick = Math.min(quick.burst, this.quick + seconds / quick.everySeconds);
    this.slow = Math.min(slow.burst, this.slow + seconds / slow.everySeconds);
  }
}

describe('a limit', () => {
  it('is a pair of buckets, whatever is taken, given back and waited for', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant('take' as const) },
      { weight: 1, arbitrary: fc.constant('back' as const) },
      // A little off whole tokens, so that nothing hangs on a millisecond.
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 40 }).map((tokens) => tokens * 30.5) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<AttemptKind>('second-factor', 'mail-address', 'password-change', 'sign-in-account'),
        fc.array(step, { maxLength: 60 }),
        async (kind, steps) => {
          const [bucket, model]: [Bucket, Model] = [[kind, newUuid()], new Model(kind)];
          for (const what of steps) {
            if (what === 'take') {
              const expected = model.take();
              const { ok } = await limits().take(...bucket);
              if (expected === undefined) return;
              expect(ok).toBe(expected);
            } else if (what === 'back') {
              model.giveBack();
              await limits().giveBack([bucket]);
            } else {
              model.pass(what);
              await pass(what);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(KINDS)('%s says how long to wait, and means it', async (kind) => {
    const bucket: Bucket = [kind, newUuid()];
    let taken = 0;
    let refused = await limits().take(...bucket);
    for (; refused.ok; taken += 1) refused = await limits().take(...bucket);
    expect(taken).toBeGreaterThanOrEqual(ATTEMPT_RULES[kind].quick.burst);
    const seconds = refused.retryAfterSeconds;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(ATTEMPT_RULES[kind].quick.everySeconds);
    await pass(seconds);
    expect((await limits().take(...bucket)).ok).toBe(true);
  });

  it('makes who goes on and on wait longer, and never for good', async () => {
    const bucket: Bucket = ['sign-in-account', newUuid()];
    const waits: number[] = [];
    for (let tries = 0; tries < 160; tries += 1) {
      const take = await limits().take(...bucket);
      if (take.ok) continue;
      waits.push(take.retryAfterSeconds);
      await pass(take.retryAfterSeconds);
    }
    const { quick, slow } = ATTEMPT_RULES['sign-in-account'];
    expect(Math.min(...waits)).toBeLessThanOrEqual(quick.everySeconds);
    expect(waits.at(-1)).toBeGreaterThan(quick.everySeconds);
    expect(Math.max(...waits)).toBeLessThanOrEqual(slow.everySeconds);
  });

  it('gives each token to one of many who ask at the same moment', async () => {
    const bucket: Bucket = ['second-factor', newUuid()];
    const takes = await Promise.all(Array.from({ length: 40 }, () => limits().take(...bucket)));
    expect(takes.filter(({ ok }) => ok)).toHaveLength(ATTEMPT_RULES['second-factor'].quick.burst);
  });

  it('keeps names apart that read the same in a row', async () => {
    for (let count = 0; count < 5; count += 1) await limits().take('second-factor', 'ab', 'c');
    expect((await limits().take('second-factor', 'ab', 'c')).ok).toBe(false);
    expect((await limits().take('second-factor', 'a', 'bc')).ok).toBe(true);
    expect((await limits().take('second-factor', 'a\0b', 'c')).ok).toBe(true);
  });

  it('is kept only as long as it says something', async () => {
    const bucket: Bucket = ['mail-address', newUuid()];
    await limits().take(...bucket);
    const count = async (): Promise<unknown> =>
      (await postgres.database().query('SELECT FROM attempt_bucket')).rowCount;
    await pass(1_000_000);
    await limits().take('second-factor', newUuid());
    await postgres.database().query(PURGE_BUCKETS, [1_000]);
    expect(await count()).toBe(1);
  });

  it('forgives late no sooner than early', () => {
    for (const { quick, slow } of Object.values(ATTEMPT_RULES)) {
      expect(slow.everySeconds).toBeGreaterThanOrEqual(quick.everySeconds);
      expect(slow.burst).toBeGreaterThanOrEqual(quick.burst);
    }
  });
});
