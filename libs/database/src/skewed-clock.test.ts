import { describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { openDatabase } from './pg-database.js';
import { refuseSkewedClock } from './skewed-clock.js';

describe('a service that compares its clock with its database', () => {
  const postgres = usePostgres();
  const off = (ms: number) => () => Date.now() + ms;

  it('starts when they agree, to within a second', async () => {
    expect(await refuseSkewedClock(postgres.database())).toBe('agrees');
    expect(await refuseSkewedClock(postgres.database(), off(-900))).toBe('agrees');
  });

  it.each([
    [60_000, /60\.0 s ahead of the database's/],
    [-60_000, /(60\.0|59\.9) s behind the database's/],
    [2_500, /2\.5 s ahead/],
  ])('is refused when it is %d ms off, with the difference and what to do', async (ms, words) => {
    const refusal = refuseSkewedClock(postgres.database(), off(ms));
    await expect(refusal).rejects.toThrow(words);
    await expect(refusal).rejects.toThrow(/chrony/);
  });

  it('starts when the database does not answer: it may come later', async () => {
    const nobody = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', name: 't', onIdleError: () => undefined });
    expect(await refuseSkewedClock(nobody, off(60_000))).toBe('unknown');
    await nobody.close();
  });
});
