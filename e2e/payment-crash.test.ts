import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ORDER_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, usePostgres } from '@signalbox/testing';
import { arm } from './arm.js';
import { ledgerBalance, ledgerViolations, stripeBalance } from './ledger-books.js';
import { type Stack, startStack } from './stack.js';
import { AMOUNT, openTill, type Sheet, type Till } from './till.js';

const manual = { captureMethod: 'manual' };
type Call = 'charge' | 'capture' | 'refund' | 'open';

/** Where a process dies, with the call in which it does. */
const DEATHS: readonly (readonly [Call, string])[] = [
  ...ORDER_CRASH_POINTS.filter((point) => point !== 'order.settle').flatMap((point) =>
    (['before', 'after'] as const).map((side) => ['charge', `${point}:${side}`] as const),
  ),
  ...(['capture', 'refund', 'open'] as const).flatMap((call) => [
    [call, 'order.call:after'] as const,
    [call, 'order.end:after'] as const,
  ]),
];

/**
 * The process that a backend speaks to kills itself with SIGKILL before and after each step of a call about money. The backend sends
 * the same again with the same key, as it should: it must learn the truth, and money must have moved once at most.
 */
describe('calls about money, killed at every step', () => {
  let stack: Stack;
  let till: Till;
  const children = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await till.shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    till = await openTill(stack);
  }, 60_000);

  const armed = async (roles: string, at: string) => {
    const started = await arm('payments', { ...till.shop.env, PAYMENTS_ROLES: roles }, at);
    children.add(started.child);
    return started;
  };
  /** What would happen by itself within half a minute. */
  const janitorIsDue = () =>
    postgres.database().query('UPDATE payment_operation SET settle_at = now() WHERE settle_at > now()');
  const bodyOf = async (call: Call, { customer }: Sheet): Promise<object> =>
    call === 'charge' ? { paymentMethodId: await till.savedCard(customer), offSession: true } : {};
  const pathOf = (call: Exclude<Call, 'open'>, { paymentId }: Sheet): string =>
    `/v1/payments/${paymentId}/${{ charge: 'confirm', capture: 'capture', refund: 'refunds' }[call]}`;

  it.each(DEATHS)(
    '%s, %s: the truth is told to whoever asks again, and money moved once at most',
    async (call, at) => {
      const wanted = till.order();
      const sheet =
        call === 'open'
          ? undefined
          : await (call === 'charge' ? till.sheet() : till.paid(call === 'capture' ? manual : {}));
      const path = call === 'open' ? '/v1/payment-sheets' : pathOf(call, sheet!);
      const body = sheet === undefined ? wanted : await bodyOf(call, sheet);
      const key = randomUUID();
      const { url, ended } = await armed('api', at);
      await expect(till.backend('POST', path, body, key, url)).rejects.toThrow();
      expect(await ended()).toBe('SIGKILL');
      await janitorIsDue();
      const answer = await till.insist(path, body, key);
      const intents = await till.intentsOf(sheet?.orderId ?? wanted.orderId);
      const received = intents.reduce((sum, intent) => sum + intent.amount_received, 0);
      if (call === 'charge' && ['order.begin:after', 'order.call:before'].includes(at)) {
        // It was begun and not made: by now nobody expects it any more.
        expect([answer.status, received]).toEqual([409, 0]);
        return;
      }
      expect([answer.status < 300, answer.body]).toEqual([true, expect.anything()]);
      expect(received).toBe(call === 'open' ? 0 : AMOUNT);
      if (call !== 'refund') return;
      expect((await till.stripe.refunds.list({ payment_intent: sheet!.intent })).data).toHaveLength(1);
    },
    60_000,
  );

  it.each(['order.settle:before', 'order.settle:after', 'order.end:before'])(
    'the janitor, %s: another one finds it out',
    async (at) => {
      const sheet = await till.paid(manual);
      await till.shop.control('PUT', 'behaviour', {
        faults: [{ route: 'POST /v1/payment_intents/:id/capture', times: 2, disconnect: true, after: true }],
      });
      const key = randomUUID();
      const { status } = await till.backend('POST', pathOf('capture', sheet), {}, key);
      expect(status).toBe(504);
      // Its own janitor must not be there first.
      process.kill(till.shop.payments.pid, 'SIGSTOP');
      await till.shop.control('DELETE', 'behaviour');
      const { ended } = await armed('work', at);
      await janitorIsDue();
      expect(await ended()).toBe('SIGKILL');
      process.kill(till.shop.payments.pid, 'SIGCONT');
      await janitorIsDue();
      const answer = await till.insist(pathOf('capture', sheet), {}, key);
      expect([answer.status, answer.body.payment.amountReceived]).toEqual([200, AMOUNT]);
    },
    60_000,
  );

  it('and in the end nothing is unknown', async () => {
    await janitorIsDue();
    await eventually(async () => {
      const { rows } = await postgres
        .database()
        .query('SELECT id, kind, state FROM payment_operation WHERE settle_at IS NOT NULL');
      expect(rows).toEqual([]);
    });
    const { rows } = await postgres.database().query('SELECT order_id FROM payment_order WHERE operation IS NOT NULL');
    expect(rows).toEqual([]);
  });

  it('and the ledger sums to zero, and says what Stripe says', async () => {
    await eventually(
      async () => expect(await ledgerBalance(postgres.database())).toEqual(await stripeBalance(till.shop)),
      { within: 30_000 },
    );
    expect(await ledgerViolations(postgres.database())).toEqual([]);
  });
});
