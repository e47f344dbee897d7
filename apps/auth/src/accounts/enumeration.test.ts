import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { sizeOfTest } from '@signalbox/testing';
import { newAddress, stranger, useAccounts } from './accounts.harness.js';
import { PRESENT_COST } from './passwords/argon2.js';

jest.setTimeout(120_000);

const { accounts, newApp, postgres, verifiedUser } = useAccounts({ cost: PRESENT_COST });

/** Of each kind. A password that is not hashed for nobody takes so much less time that eighty show it, on a busy machine too. */
const SAMPLES = sizeOfTest('TIMING_SAMPLES', 80);
/** Each is asked for as often as its buckets allow. */
const USERS = Math.ceil(SAMPLES * 0.4);
/** Above this two samples of one distribution would lie about once in 150,000 times. */
const MOST = 4.5;

/** How far apart the means of two samples are, in units of what chance does (Welch's t). */
function welch(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [momentsOf(a), momentsOf(b)];
  return (one.mean - other.mean) / Math.sqrt(one.variance / a.length + other.variance / b.length);
}

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}

/**
 * Times both kinds in turns, so that whatever else the machine does meets both. `lanes` at once, since some answers wait for a beat.
 */
async function timesOf(lanes: number, kinds: Readonly<Record<'known' | 'unknown', (n: number) => Promise<unknown>>>) {
  const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < SAMPLES * 2) {
      const n = next++;
      // Neither kind is always the first of its pair.
      const kind = (n + Math.floor(n / 2)) % 2 === 0 ? 'known' : 'unknown';
      const began = performance.now();
      await kinds[kind](n);
      times[kind].push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return times;
}

let appId: Uuid;
let users: { readonly email: string }[];
beforeAll(async () => {
  appId = await newApp();
  users = await Promise.all(Array.from({ length: USERS }, () => verifiedUser(appId)));
}, 60_000);

/** Buckets are full again: that they empty is another test's matter. */
const refill = (): Promise<unknown> => postgres.database().query('DELETE FROM attempt_bucket');

describe('check 18: whether an address has an account', () => {
  it('shows neither in what sign-in answers nor in how long it takes', async () => {
    await refill();
    const attempt = (email: string) =>
      accounts().signIn.attempt({ appId, email, password: 'not the password', visitor: stranger() });
    const known = (n: number) => attempt(users[n % users.length]!.email);
    const answers = [await known(0), await known(0), await attempt(newAddress())];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const times = await timesOf(1, { known, unknown: () => attempt(newAddress()) });
    expect([times.known.length, times.unknown.length]).toEqual([SAMPLES, SAMPLES]);
    expect(Math.abs(welch(times.known, times.unknown))).toBeLessThan(MOST);
  });

  it('shows neither in what registration answers nor in how long it takes', async () => {
    await refill();
    const register = (email: string) =>
      accounts().registration.register({
        appId,
        email,
        password: 'green owls fly at noon',
        name: undefined,
        locale: 'en',
        visitor: stranger(),
      });
    const twice = newAddress();
    const answers = [await register(users[0]!.email), await register(twice), await register(twice)];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const known = (n: number) => register(users[n % users.length]!.email);
    const times = await timesOf(4, { known, unknown: () => register(newAddress()) });
    expect(Math.abs(welch(times.known, times.unknown))).toBeLessThan(MOST);
  });

  it('shows neither in what recovery answers nor in how long it takes', async () => {
    await refill();
    const ask = (email: string) => accounts().recovery.ask(appId, email, stranger());
    const answers = [await ask(users[0]!.email), await ask(users[0]!.email), await ask(newAddress())];
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const known = (n: number) => ask(users[n % users.length]!.email);
    const times = await timesOf(8, { known, unknown: () => ask(newAddress()) });
    expect(Math.abs(welch(times.known, times.unknown))).toBeLessThan(MOST);
  });
});
