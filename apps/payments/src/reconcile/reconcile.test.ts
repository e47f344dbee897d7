import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { readEvent } from '../edge/read-event.js';
import type { EventFacts } from '../receive/received-event.js';
import { Receiver } from '../receive/receiver.js';
import { KEY, useStripeApi } from '../stripe-api.harness.js';
import type { AskedRequest } from '../stripe-stand-in.harness.js';
import { CursorLease } from './cursor-lease.js';
import { GenerationFailures } from './heal-generation-failures.js';
import { Reconciler } from './reconciler.js';
import { SNAPSHOT_SLICES, THIN_SLICES } from './slices.js';

const HOUR = 3_600;
const now = (): number => Math.floor(Date.now() / 1_000);

describe('comparing events with Stripe’s', () => {
  jest.setTimeout(60_000);
  let backend: QueueBackend;
  // Hooks run in the order of their making: the queues leave before their database is dropped.
  afterAll(() => backend.close());
  const api = useStripeApi();
  const running: Reconciler[] = [];
  let appId: Uuid;
  let metrics: Metrics;
  const sql = <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
    api.database().query<Row>(text, params);

  beforeAll(() => {
    backend = openQueueBackend({ databaseUrl: api.databaseUrl(), prefix: '{reconcile}', logger: api.logger });
  });

  beforeEach(async () => {
    const stripe = api.stripe();
    stripe.script = undefined;
    stripe.events.clear();
    stripe.thinEvents.length = 0;
    stripe.objects.clear();
    await sql('TRUNCATE stripe_cursor, stripe_event, stripe_inbox, payments_work, event_log');
    await sql('DELETE FROM stripe_source');
    await sql('DELETE FROM credential');
    stripe.asked.length = 0;
    api.logLines.length = 0;
    metrics = createMetrics('payments');
    appId = await api.makeApp(KEY);
    await listenSince(2 * HOUR);
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });

  /** The app has a source since so many seconds. */
  async function listenSince(age: number, scope = 'account', shape = 'snapshot'): Promise<void> {
    await sql(
      `INSERT INTO stripe_source (id, app_id, name, scope, livemode, shape, created_at)
       VALUES ($1, $2, 'main', $3, false, $4, now() - $5::int * interval '1 second')`,
      [newUuid(), appId, scope, shape, age],
    );
  }

  const receiver = (): Receiver => new Receiver(api.database(), api.cipher(), new Publisher(backend, api.logger));

  /** One of several processes; due again at once, with events of the last second left to webhooks. */
  function process(counting: Metrics = createMetrics('payments'), intervalSeconds = 0.001): Reconciler {
    const { logger } = api;
    const made = new Reconciler({
      database: api.database(),
      calls: api.calls(),
      receiver: receiver(),
      logger,
      metrics: counting,
      intervalSeconds,
    });
    running.push(made);
    return made;
  }

  const eventOf = (n: number, created: number, more: object = {}) => ({
    id: `evt_${String(n).padStart(5, '0')}`,
    object: 'event',
    type: 'payment_intent.succeeded',
    api_version: '2020-08-27',
    livemode: false,
    created,
    data: { object: { id: `pi_${n}`, object: 'payment_intent', amount: n } },
    ...more,
  });
  const list = (events: ReturnType<typeof eventOf>[], account = ''): void => {
    api.stripe().events.set(account, events);
  };

  /** What the webhook of an event would have done. */
  async function deliver(events: readonly object[], account = ''): Promise<void> {
    const through = receiver();
    await Promise.all(
      events.map((event) => {
        const body = Buffer.from(JSON.stringify(event));
        const facts = readEvent(body) as EventFacts;
        return through.receive({ ...facts, appId, account, via: 'webhook', body });
      }),
    );
  }

  const stored = async (): Promise<string[]> =>
    (await sql<{ id: string }>('SELECT event_id AS id FROM stripe_event ORDER BY event_id')).rows.map(({ id }) => id);
  const gapsTold = async () =>
    (
      await sql<{ subject: string; payload: { count: number } }>(
        `SELECT subject, payload FROM event_log WHERE type = 'stripe_event.gap_filled' ORDER BY id`,
      )
    ).rows;
  const cursors = async () =>
    (
      await sql<{ account: string; slice: string; through: Date; ran: boolean; error: string | null; found: string }>(
        `SELECT account, slice, through, ran_at IS NOT NULL AS ran, error, found FROM stripe_cursor ORDER BY account, slice`,
      )
    ).rows;
  const payments = async () => (await cursors()).find(({ slice }) => slice.endsWith('payments'))!;
  const ofPayments = ({ query }: AskedRequest): boolean =>
    query.get('types[0]')?.endsWith('payment_intent.created') === true;

  it('finds a tenth that was never delivered within one run, of those with the same second, too', async () => {
    // Twelve seconds with 25 events each: every second is on several pages' ends.
    const events = Array.from({ length: 300 }, (_, n) => eventOf(n, now() - HOUR + Math.floor(n / 25)));
    const dropped = events.filter((_, n) => n % 10 === 3);
    list(events);
    await deliver(events.filter((event) => !dropped.includes(event)));
    await process(metrics).runDue();
    expect(await stored()).toEqual(events.map(({ id }) => id));
    const { rows } = await sql(`SELECT event_id FROM stripe_event WHERE via = 'reconciler' ORDER BY 1`);
    expect(rows.map((row) => row['event_id'])).toEqual(dropped.map(({ id }) => id));
    expect(await gapsTold()).toEqual([
      {
        subject: formatId('app', appId),
        payload: {
          count: 30,
          oldest: new Date(dropped[0]!.created * 1_000).toISOString(),
          newest: new Date(dropped.at(-1)!.created * 1_000).toISOString(),
        },
      },
    ]);
    expect(await payments()).toMatchObject({ ran: true, error: null, found: '30' });
    const { values } = await metrics.registry.getSingleMetric('stripe_gap_events_total')!.get();
    expect(values).toMatchObject([{ value: 30 }]);
    // Work is owed on what was found, behind everything that was delivered.
    const work = await sql(`SELECT FROM payments_work WHERE lane = 'bulk'`);
    expect(work.rowCount).toBeGreaterThan(0);
  });

  it('finds nothing in a second run, and keeps what came as it came, in its own version', async () => {
    list([eventOf(1, now() - HOUR)]);
    const reconciler = process();
    await reconciler.runDue();
    await reconciler.runDue();
    expect(await gapsTold()).toHaveLength(1);
    const { rows } = await sql<{ api_version: string; content: Buffer; dek_id: Uuid }>('SELECT * FROM stripe_event');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ api_version: '2020-08-27', object_type: 'payment_intent', object_id: 'pi_1' });
    const body = await api.cipher().decrypt(appId, rows[0]!.dek_id, rows[0]!.content);
    expect(JSON.parse(body.toString())).toEqual(api.stripe().events.get('')![0]);
  });

  it('leaves the youngest to their webhooks, until a later run misses them still', async () => {
    const event = eventOf(1, now() - 30);
    list([event]);
    await process(metrics, 300).runDue();
    expect(await stored()).toEqual([]);
    await sql(`UPDATE stripe_cursor SET ran_at = now() - interval '6 minutes'`);
    list([{ ...event, created: now() - 90 }]);
    await process(createMetrics('payments'), 300).runDue();
    expect(await stored()).toEqual([event.id]);
  });

  it('lists only what we react to, twenty types at a time, from when the app began to listen', async () => {
    await process().runDue();
    const { asked } = api.stripe();
    expect(asked).toHaveLength(SNAPSHOT_SLICES.length);
    for (const { query } of asked) {
      expect([...query.keys()].filter((name) => name.startsWith('types')).length).toBeLessThanOrEqual(20);
      // Ten minutes before the source was made.
      expect(Math.abs(Number(query.get('created[gte]')) - (now() - 2 * HOUR - 600))).toBeLessThan(60);
    }
  });

  it('waits in the middle of the pages when Stripe asks for it, and completes', async () => {
    const events = Array.from({ length: 250 }, (_, n) => eventOf(n, now() - HOUR));
    list(events);
    let refusals = 0;
    api.stripe().script = ({ query }) =>
      query.has('starting_after') && refusals++ < 2
        ? { status: 429, headers: { 'retry-after': '1' }, body: { error: {} } }
        : undefined;
    await process().runDue();
    expect(refusals).toBeGreaterThan(2);
    expect(await stored()).toHaveLength(250);
    expect(await payments()).toMatchObject({ ran: true, found: '250' });
  });

  it('that stops in the middle is no successful run; the next one goes on, and tells of everything', async () => {
    const events = Array.from({ length: 250 }, (_, n) => eventOf(n, now() - HOUR));
    list(events);
    const before = new Date();
    api.stripe().script = (request) =>
      ofPayments(request) && request.query.has('starting_after')
        ? { status: 429, headers: { 'retry-after': '600' }, body: { error: {} } }
        : undefined;
    await process(metrics).runDue();
    expect(await stored()).toHaveLength(100);
    expect(await payments()).toMatchObject({ ran: false, error: 'limited_endpoint', found: '0' });
    expect((await payments()).through.getTime()).toBeLessThan(before.getTime() - HOUR * 1_000);
    expect(await gapsTold()).toEqual([]);
    api.stripe().script = undefined;
    await sql('UPDATE stripe_cursor SET lease_until = NULL');
    await process().runDue();
    expect(await payments()).toMatchObject({ ran: true, error: null, found: '250' });
    expect((await gapsTold())[0]!.payload.count).toBe(250);
  });

  it('goes on after the last day that was compared when a process dies', async () => {
    await listenSince(3 * 24 * HOUR);
    // Another process died just after two days were compared, and nobody has heard of it since.
    await process().runDue();
    await sql(
      `UPDATE stripe_cursor SET ran_at = NULL, through = now() - interval '1 day', lease_until = now() - interval '1 s'`,
    );
    api.stripe().asked.length = 0;
    await process().runDue();
    const from = api.stripe().asked.map(({ query }) => Number(query.get('created[gte]')));
    expect(Math.min(...from)).toBeGreaterThan(now() - 25 * HOUR);
    expect((await payments()).ran).toBe(true);
  });

  it('compares each account once, however many processes there are', async () => {
    list(Array.from({ length: 250 }, (_, n) => eventOf(n, now() - HOUR)));
    const processes = Array.from({ length: 4 }, () => process(createMetrics('payments'), 300));
    await Promise.all(processes.map((each) => each.runDue()));
    expect(api.stripe().asked.filter(ofPayments)).toHaveLength(3);
    expect(api.stripe().asked).toHaveLength(3 + SNAPSHOT_SLICES.length - 1);
    expect(await gapsTold()).toHaveLength(1);
  });

  it('passes over a cursor that another process is just taking, and does not wait for it', async () => {
    await process().runDue();
    const round = new Date(Date.now() + HOUR * 1_000).toISOString();
    await api.database().transaction(async (other) => {
      await other.query(`SELECT FROM stripe_cursor WHERE slice <> 'billing' FOR UPDATE`);
      const [first, second] = [
        await CursorLease.claim(api.database(), 0, round),
        await CursorLease.claim(api.database(), 0, round),
      ];
      expect([first?.cursor.slice, second]).toEqual(['billing', undefined]);
    });
  });

  it('does nothing more once its lease was lost', async () => {
    list(Array.from({ length: 250 }, (_, n) => eventOf(n, now() - HOUR)));
    const waiting: Promise<unknown>[] = [];
    api.stripe().script = (request) => {
      // Somebody else has the cursor by the time the second page is asked for.
      if (ofPayments(request)) waiting.push(sql(`UPDATE stripe_cursor SET lease_until = now() + interval '1 hour'`));
      return undefined;
    };
    await process().runDue();
    await Promise.all(waiting);
    expect(api.stripe().asked.filter(ofPayments).length).toBeLessThanOrEqual(2);
    expect((await payments()).ran).toBe(false);
    expect(await gapsTold()).toEqual([]);
  });

  it('compares connected accounts in their own name, once anything came of them', async () => {
    const [seen, missing] = [eventOf(1, now() - HOUR), eventOf(2, now() - HOUR)];
    await deliver([seen], 'acct_1');
    list([seen, missing], 'acct_1');
    await process().runDue();
    const { rows } = await sql('SELECT account, event_id AS id FROM stripe_event ORDER BY 2');
    expect(rows).toEqual([
      { account: 'acct_1', id: seen.id },
      { account: 'acct_1', id: missing.id },
    ]);
    expect((await gapsTold())[0]!.subject).toBe('acct_1');
  });

  it('is not kept from one account by another that took its permission back', async () => {
    await deliver([eventOf(1, now() - HOUR)], 'acct_gone');
    list([eventOf(2, now() - HOUR)]);
    api.stripe().script = ({ headers }) =>
      headers['stripe-account'] === 'acct_gone'
        ? { status: 403, body: { error: { type: 'invalid_request_error', code: 'account_invalid' } } }
        : undefined;
    const reconciler = process();
    await reconciler.runDue();
    expect(await stored()).toEqual(['evt_00001', 'evt_00002']);
    expect((await cursors()).filter(({ account }) => account !== '').every(({ ran }) => !ran)).toBe(true);
    // It is left alone for hours, longer than any call is paused.
    const { rowCount } = await sql(
      `SELECT FROM stripe_cursor WHERE account = 'acct_gone' AND lease_until > now() + interval '5 hours'`,
    );
    expect(rowCount).toBe(SNAPSHOT_SLICES.length);
    api.stripe().asked.length = 0;
    await reconciler.runDue();
    expect(api.stripe().asked.filter(({ headers }) => headers['stripe-account'])).toEqual([]);
  });

  it('lists thin events where only those are sent, by their own ids', async () => {
    await sql(`UPDATE stripe_source SET shape = 'thin'`);
    const created = new Date((now() - HOUR) * 1_000 + 678).toISOString();
    for (let n = 0; n < 5; n += 1) {
      api.stripe().thinEvents.push({
        id: `evt_thin_${n}`,
        object: 'v2.core.event',
        type: 'v1.payment_intent.succeeded',
        livemode: false,
        created,
        related_object: { id: `pi_${n}`, type: 'payment_intent', url: `/v1/payment_intents/pi_${n}` },
      });
    }
    await process().runDue();
    expect(await stored()).toEqual([0, 1, 2, 3, 4].map((n) => `evt_thin_${n}`));
    expect(new Set(api.stripe().asked.map(({ path }) => path))).toEqual(new Set(['/v2/core/events']));
    expect(await payments()).toMatchObject({ slice: 'thin.payments', found: '5' });
    expect(await cursors()).toHaveLength(THIN_SLICES.length);
  });

  it('asks nothing for apps without keys', async () => {
    await sql('DELETE FROM credential');
    await process().runDue();
    expect(api.stripe().asked).toEqual([]);
    expect(await cursors()).toEqual([]);
  });

  it('tells how long ago an app was last compared completely', async () => {
    await process(metrics).runDue();
    await sql(
      `UPDATE stripe_cursor SET ran_at = now() - interval '1 hour', lease_until = now() + interval '1 hour' WHERE slice = 'billing'`,
    );
    metrics = createMetrics('payments');
    await process(metrics, 300).runDue();
    const { values } = await metrics.registry.getSingleMetric('stripe_reconcile_age_seconds')!.get();
    expect(values).toMatchObject([{ labels: { app: formatId('app', appId) } }]);
    expect(values[0]!.value).toBeGreaterThanOrEqual(HOUR);
  });

  it('runs by itself until it is stopped', async () => {
    list([eventOf(1, now() - HOUR)]);
    process().start();
    await eventually(async () => expect(await stored()).toEqual(['evt_00001']));
  });

  describe('an event that Stripe failed to make', () => {
    const stripeId = 'evt_health_1';
    const health = { account: '', livemode: false, stripeId, type: 'v2.core.health.event_generation_failure.resolved' };
    const heal = (more: object = {}) =>
      new GenerationFailures(api.calls(), receiver()).heal({ appId, body: Buffer.from('{}'), ...health, ...more });
    const impact = (more: object): void => {
      api.stripe().objects.set(`/v2/core/events/${stripeId}`, {
        id: stripeId,
        object: 'v2.core.event',
        type: health.type,
        created: '2026-11-26T10:00:00.000Z',
        livemode: false,
        data: { alert_id: 'halert_1', impact: { event_type: 'payment_intent.requires_action', ...more } },
      });
    };

    it('is put in place by a thin one about its object, once', async () => {
      impact({ related_object: { id: 'pi_7', type: 'payment_intent', url: 'https://dashboard.stripe.com/x' } });
      await heal();
      await heal();
      const { rows } = await sql(
        `SELECT event_id, account, via, shape, type, object_type, object_id FROM stripe_event`,
      );
      expect(rows).toEqual([
        {
          event_id: `${stripeId}_healed`,
          account: '',
          via: 'reconciler',
          shape: 'thin',
          type: 'v1.payment_intent.requires_action',
          object_type: 'payment_intent',
          object_id: 'pi_7',
        },
      ]);
      expect((await sql('SELECT FROM stripe_inbox')).rowCount).toBe(1);
    });

    it('belongs to the account that it is about, and has its object from an older form, too', async () => {
      impact({ related_object_id: 'pi_8', context: 'acct_5' });
      await heal();
      const { rows } = await sql('SELECT account, object_type, object_id FROM stripe_event');
      expect(rows).toEqual([{ account: 'acct_5', object_type: 'payment_intent', object_id: 'pi_8' }]);
    });

    it('is tried again while Stripe does not say what it was about', async () => {
      api.stripe().script = () => ({ status: 500, body: { error: { type: 'api_error' } } });
      expect(await heal()).toMatchObject({ reason: 'status_500', later: expect.any(Number) });
    });

    it('is nothing to do for other news of Stripe’s health', async () => {
      await heal({ type: 'v2.core.health.api_error.firing' });
      expect(api.stripe().asked).toEqual([]);
    });
  });
});
