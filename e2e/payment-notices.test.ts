import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noticeIdOf, parseId, type EventType, type Uuid } from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { NOTICE_CRASH_POINTS } from '@signalbox/resilience';
import { eventually, queueBackends, usePostgres, useRedis } from '@signalbox/testing';
import { openWork, violations } from './invariant.js';
import { goodToken, type Stack, startStack } from './stack.js';

const money = { gateway: 'stripe', gatewayRef: 'x_1', livemode: false, userId: 'ann', amount: 1_250, currency: 'eur' };

/** Facts as the payments service writes them, told by push to a phone at the sandbox's Apple. */
describe.each(queueBackends())('a fact about money, with queues on $name', ({ redisUrl }) => {
  // Hooks run in the order of their making: the processes leave before their database is dropped.
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  useRedis();
  const token = goodToken();
  let appId: Uuid;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl });
    appId = parseId('app', stack.app.id)!;
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token });
    await postgres.database().query(`UPDATE device SET locale = 'de-DE'`);
  }, 60_000);

  const tell = async (type: EventType, subject: string, data: object): Promise<Uuid> =>
    (await append(postgres.database(), [{ appId, type, subject, data: { ...money, ...data } }]))[0]!;
  const received = (newsOf: string) => stack.received().filter((push) => push.headers['apns-collapse-id'] === newsOf);

  it.each([
    ['payment.failed', 'payment:pay_1', { paymentId: 'pay_1' }, 'Zahlung fehlgeschlagen'],
    ['payment.action_required', 'payment:pay_2', { paymentId: 'pay_2', deepLink: 'shop://2' }, 'Zahlung bestätigen'],
    [
      'invoice.payment_failed',
      'invoice:in_1',
      { invoiceId: 'in_1', attempt: 1, last: false },
      'Zahlung fehlgeschlagen',
    ],
    ['refund.failed', 'refund:re_1', { refundId: 're_1', paymentId: 'pay_3' }, 'Erstattung fehlgeschlagen'],
    ['dispute.opened', 'dispute:dp_1', { disputeId: 'dp_1', status: 'needs_response' }, 'Zahlung angefochten'],
  ] as const)(
    'of type %s reaches the phone, in its language',
    async (type, newsOf, data, title) => {
      await tell(type, newsOf, data);
      await eventually(() => expect(received(newsOf)).toHaveLength(1), { within: 10_000 });
      const [push] = received(newsOf);
      expect(push).toMatchObject({ token, headers: { 'apns-priority': '10' } });
      expect(push!.payload).toMatchObject({ type, aps: { alert: { title } } });
    },
    15_000,
  );

  it('of a user without a phone ends as undeliverable, and says so', async () => {
    const fact = await tell('payment.failed', 'pay_9', { paymentId: 'pay_9', userId: 'nobody' });
    await eventually(async () => {
      const { rows } = await postgres.database().query(
        `SELECT f.payload ->> 'reason' AS reason FROM event_log n JOIN event_log f USING (subject)
           WHERE n.id = $1 AND f.type = 'notification.undeliverable'`,
        [noticeIdOf(fact)],
      );
      expect(rows).toEqual([{ reason: 'no_active_device' }]);
    });
  });
});

const KILLS = NOTICE_CRASH_POINTS.flatMap((point) => (['before', 'after'] as const).map((side) => `${point}:${side}`));

describe('a fact about money', () => {
  let stack: Stack;
  let armed: ChildProcess | undefined;
  afterAll(async () => {
    armed?.kill('SIGKILL');
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const facts: Uuid[] = [];

  beforeAll(async () => {
    // The stack's own push process answers HTTP only: whoever tells, and dies, is started for each kill.
    stack = await startStack({ databaseUrl: postgres.url(), pushEnv: { PUSH_ROLES: 'api' } });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
  }, 60_000);

  function start(at: string): ChildProcess {
    const env = { ...stack.env, PUSH_ROLES: 'route,apns', PORT: '0' };
    armed = spawn(process.execPath, ['--conditions=crash-points', 'apps/push/dist/main.js', `--crash-at=${at}`], {
      env: Object.fromEntries(Object.entries<string | undefined>(env).filter(([, value]) => value !== undefined)),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return armed;
  }

  /** Until a process has its place in the feed, it would pass over what is there already. */
  const registered = () =>
    eventually(
      async () => {
        const { rowCount } = await postgres
          .database()
          .query(`SELECT FROM consumer WHERE name = 'push.payment-notices'`);
        expect(rowCount).toBe(1);
      },
      { within: 20_000 },
    );

  it(`is told once, however often a process dies of it (${KILLS.length} kills)`, async () => {
    const appId = parseId('app', stack.app.id)!;
    for (const at of KILLS) {
      const child = start(at);
      await registered();
      for (const each of [1, 2]) {
        const paymentId = `pay_${at}_${each}`;
        const data = { ...money, paymentId };
        facts.push(
          ...(await append(postgres.database(), [{ appId, type: 'payment.failed', subject: paymentId, data }])),
        );
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect([at, child.signalCode]).toEqual([at, 'SIGKILL']);
      expect(await violations(postgres.database())).toEqual([]);
    }
    await postgres
      .database()
      .query('UPDATE push_work SET lease_until = now(), next_offer_at = least(next_offer_at, now())');
    const finisher = start('none');
    const notices = facts.map(noticeIdOf).sort();
    await eventually(
      async () => {
        const { rows } = await postgres
          .database()
          .query<{ id: Uuid }>(`SELECT id FROM event_log WHERE type = 'notification.accepted' ORDER BY id`);
        expect(rows.map((row) => row.id)).toEqual(notices);
        expect(await openWork(postgres.database())).toBe(0);
      },
      { within: 30_000, every: 100 },
    );
    finisher.kill('SIGTERM');
    await once(finisher, 'exit');
    expect(await violations(postgres.database())).toEqual([]);
    // What was sent and not recorded goes again, as the same push.
    const pushes = new Set(stack.received().map((push) => push.headers['apns-id']));
    expect(pushes.size).toBe(notices.length);
  }, 120_000);
});
