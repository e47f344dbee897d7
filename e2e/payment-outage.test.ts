import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, sizeOfTest, usePostgres } from '@signalbox/testing';
import { type Answer, type Stack, startStack } from './stack.js';
import { openTill, type Sheet, type Till } from './till.js';

/** How long Stripe is away; 600 in the long form: `OUTAGE_SECONDS=600 npm test -- e2e/payment-outage`. */
const OUTAGE_MS = sizeOfTest('OUTAGE_SECONDS', 12) * 1_000;
/** Sheets that are asked for at once, again and again, while it is away. */
const CLIENTS = 8;
/** Captures that are under way when it goes away. */
const UNDER_WAY = 24;
/** Beyond the deadline of a call, what an answer may take. Milliseconds. */
const GRACE_MS = 2_000;
/** On a machine that is slow with the same requests while Stripe answers: so many times what they took then. */
const GRACE_TIMES = 8;
const OPEN_DEADLINE_MS = 6_000;
const SETTLE_DEADLINE_MS = 10_000;

interface Timed {
  readonly answer: Answer;
  readonly ms: number;
}

describe('Stripe, which answers nobody for a while', () => {
  let stack: Stack;
  let till: Till;
  afterAll(async () => {
    await till.shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    till = await openTill(stack);
  }, 60_000);

  async function timed(ask: () => Promise<Answer>): Promise<Timed> {
    const began = performance.now();
    const answer = await ask();
    return { answer, ms: performance.now() - began };
  }
  const show = (): Promise<Timed> =>
    timed(() => till.backend('POST', '/v1/payment-sheets', till.order(), randomUUID()));

  async function openBreakers(): Promise<string[]> {
    const { rows } = await postgres
      .database()
      .query<{ calls: string }>(`SELECT calls FROM gateway_breaker WHERE gateway = 'stripe' AND state = 'open'`);
    return rows.map(({ calls }) => calls);
  }

  it(
    'leaves reads, refuses sheets at once, hangs nobody, and comes back without a burst',
    async () => {
      const reserved: Sheet[] = [];
      for (let made = 0; made < UNDER_WAY; made += 1) reserved.push(await till.paid({ captureMethod: 'manual' }));
      const keys = reserved.map(() => randomUUID());
      const capture = (which: number): Promise<Timed> =>
        timed(() => till.backend('POST', `/v1/payments/${reserved[which]!.paymentId}/capture`, {}, keys[which]));
      const healthy = await Promise.all(Array.from({ length: CLIENTS }, show));
      const grace = Math.max(GRACE_MS, GRACE_TIMES * Math.max(...healthy.map(({ ms }) => ms)));
      await till.shop.control('PUT', 'behaviour', { blackhole: true });
      const wentAway = Date.now();
      const captures = Promise.all(keys.map((_, which) => capture(which)));

      const [sheets, reads]: [Timed[], Timed[]] = [[], []];
      const round = async (): Promise<void> => {
        const read = timed(() => till.backend('GET', `/v1/payments/${reserved[0]!.paymentId}`));
        sheets.push(...(await Promise.all(Array.from({ length: CLIENTS }, show))));
        reads.push(await read);
        if (Date.now() - wentAway < OUTAGE_MS) throw new Error('it is still away');
      };
      await eventually(round, { within: OUTAGE_MS + 30_000, every: 500 });

      expect(reads.every(({ answer, ms }) => answer.status === 200 && ms < grace)).toBe(true);
      const asOf = new Date(reads.at(-1)!.answer.body.asOf as string).getTime();
      expect(asOf).toBeLessThanOrEqual(wentAway);
      expect(new Set(sheets.map(({ answer }) => answer.body.code))).toEqual(new Set(['gateway_unavailable']));
      expect(Math.max(...sheets.map(({ ms }) => ms))).toBeLessThan(OPEN_DEADLINE_MS + grace);
      // After the first round nobody waits for a deadline any more, but for one now and then that tries.
      const later = sheets.slice(CLIENTS).map(({ ms }) => ms);
      expect(later.toSorted((a, b) => a - b)[Math.floor(later.length / 2)]).toBeLessThan(grace);
      expect(sheets.every(({ answer }) => Number(answer.headers.get('retry-after')) >= 1)).toBe(true);
      for (const { answer, ms } of await captures) {
        expect(['outcome_unknown', 'gateway_unavailable']).toContain(answer.body.code);
        expect(ms).toBeLessThan(SETTLE_DEADLINE_MS + grace);
      }

      // The console tells of it from what the process wrote down.
      await eventually(async () => expect(await openBreakers()).toEqual(expect.arrayContaining(['open', 'settle'])));

      await till.shop.control('DELETE', 'behaviour');
      const cameBack = Date.now();
      await eventually(
        async () => {
          expect((await show()).answer.status).toBe(201);
          for (const [which] of keys.entries()) expect((await capture(which)).answer.status).toBe(200);
        },
        { within: 120_000, every: 500 },
      );
      await eventually(async () => {
        const open = await openBreakers();
        expect(open.filter((each) => each === 'open' || each === 'settle')).toEqual([]);
      });
      const calls = await till.shop.calls();
      const since = calls.filter((at) => at >= cameBack);
      const perSecond = Map.groupBy(since, (at) => Math.floor((at - cameBack) / 1_000));
      const busiest = Math.max(...[...perSecond.values()].map((all) => all.length));
      const told = `with Stripe ${worst(healthy)} ms at most; without: reads ${worst(reads)} ms at most, sheets ${worst(sheets)} ms at most and ${median(later)} ms in the median, back after ${Date.now() - cameBack} ms, ${busiest} calls in the busiest second`;
      process.stderr.write(`${told}\n`);
      // A round of the janitor is ten askings, each of two calls at most; beside it sheets and captures are asked for again.
      expect(busiest).toBeLessThanOrEqual(60);
      for (const { intent } of reserved)
        expect((await till.stripe.paymentIntents.retrieve(intent)).amount_received).toBe(1_299);
    },
    OUTAGE_MS + 240_000,
  );
});

const worst = (all: readonly Timed[]): string => Math.max(...all.map(({ ms }) => ms)).toFixed(0);
const median = (all: readonly number[]): string =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!.toFixed(0);
