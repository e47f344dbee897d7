import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { newUuid, noticeIdOf, objectKey, parseId, paymentHistory, type Scope, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { ApiKeyAuthenticator, startService, type RunningService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertAppWithKey } from '@signalbox/testing';
import { charge, dispute, paymentIntent, refund } from '../process/objects.harness.js';
import { useProcess } from '../process/process.harness.js';
import { PaymentsController } from './payments.controller.js';
import { Payments } from './payments.js';

const T = 1_790_000_000;

// The tests look into answers of many shapes; a wrong guess fails the test that made it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('payments over HTTP', () => {
  /** Rows of Stripe's events, objects and effects that answers were made of. */
  let rowsRead = 0;
  let service: RunningService;
  afterAll(() => service.close());
  const stage = useProcess();
  beforeAll(async () => {
    const database = stage.postgres.database();
    const counted: Sql = {
      query: async <Row>(text: string, params?: readonly unknown[]) => {
        const result = await database.query<Row>(text, params);
        if (text.includes('stripe_')) rowsRead += result.rows.length;
        return result;
      },
    };
    @Module({ controllers: [PaymentsController], providers: [{ provide: Payments, useValue: new Payments(counted) }] })
    class PaymentsModule {}
    service = await startService({
      name: 'payments',
      module: PaymentsModule,
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
      authenticator: new ApiKeyAuthenticator(database, { operatorToken: undefined }),
      readiness: async () => ({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
    });
  });

  async function makeApp(
    scopes: Scope[] = ['payments:read'],
  ): Promise<{ id: Uuid; get: (path: string) => Promise<{ status: number; body: Json }> }> {
    const { id, key } = await insertAppWithKey(stage.postgres.database(), scopes);
    return {
      id,
      get: async (path) => {
        const answer = await fetch(`${service.url}/v1/payments${path}`, {
          headers: { authorization: `Bearer ${key}` },
        });
        return { status: answer.status, body: await answer.json() };
      },
    };
  }

  it('one payment shows how it stands, and every event, decision, effect, fact and notification', async () => {
    const app = await makeApp();
    const of = { payment_intent: 'pi_1', charge: 'ch_1' };
    const withdrawn = dispute('dp_1', {
      ...of,
      status: 'lost',
      balance_transactions: [{ id: 'txn_1', amount: -1_099 }],
    });
    stage.stripe.objects.set('dp_1', withdrawn);
    const user = { metadata: { signalbox_user_id: 'user_1' } };
    await stage.tell(
      app.id,
      {
        id: 'evt_failed',
        type: 'payment_intent.payment_failed',
        created: T,
        object: paymentIntent('pi_1', {
          ...user,
          last_payment_error: { code: 'card_declined', decline_code: 'do_not_honor', charge: 'ch_0' },
        }),
      },
      {
        type: 'charge.failed',
        created: T,
        object: charge('ch_0', { ...of, status: 'failed', failure_code: 'card_declined' }),
      },
      {
        type: 'payment_intent.succeeded',
        created: T + 9,
        object: paymentIntent('pi_1', { ...user, status: 'succeeded', amount_received: 1_099, latest_charge: 'ch_1' }),
      },
      {
        id: 'evt_late',
        type: 'payment_intent.processing',
        created: T + 5,
        object: paymentIntent('pi_1', { status: 'processing' }),
      },
      {
        id: 'evt_odd',
        type: 'payment_intent.processing',
        created: T + 6,
        object: { id: 'pi_1', object: 'payment_intent' },
      },
      { type: 'charge.refunded', created: T + 20, object: charge('ch_1', { ...of, amount_refunded: 300 }) },
      { type: 'refund.created', created: T + 20, object: refund('re_1', { ...of, amount: 300, status: 'succeeded' }) },
      { type: 'charge.dispute.funds_withdrawn', created: T + 30, object: withdrawn },
    );
    await stage.receive(app.id, [
      { id: 'evt_open', type: 'payment_intent.canceled', created: T + 40, object: paymentIntent('pi_1') },
    ]);
    const [failed] = await stage.facts(app.id);
    const notice = noticeIdOf(failed!.id);
    await append(stage.postgres.database(), [
      { id: notice, appId: app.id, type: 'notification.accepted', subject: 'ntf_1', data: {} },
    ]);

    const { status, body } = await app.get(`/${failed!.subject}`);
    expect(status).toBe(200);
    expect(paymentHistory.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      id: failed!.subject,
      status: 'succeeded',
      amount: 1_099,
      currency: 'eur',
      amountReceived: 1_099,
      amountRefunded: 300,
      userId: 'user_1',
      gateway: 'stripe',
      gatewayRef: 'pi_1',
      account: null,
      livemode: false,
      lastError: null,
      charges: [
        { id: 'ch_0', status: 'failed', failureCode: 'card_declined' },
        { id: 'ch_1', status: 'succeeded', last4: '4242' },
      ],
      refunds: [{ id: 're_1', status: 'succeeded', amount: 300 }],
      disputes: [{ id: 'dp_1', status: 'lost' }],
    });
    const line = body.timeline.map((entry: Json) => [
      entry.type,
      entry.decision,
      entry.effects.map(({ fact }: Json) => fact.type),
    ]);
    expect(line).toEqual([
      ['payment_intent.payment_failed', 'applied', ['payment.failed']],
      ['charge.failed', 'applied', []],
      ['payment_intent.processing', 'superseded', []],
      ['payment_intent.processing', 'dead', []],
      ['payment_intent.succeeded', 'applied', ['payment.succeeded']],
      ['charge.refunded', 'applied', ['payment.refunded']],
      ['refund.created', 'applied', ['refund.created', 'refund.succeeded']],
      ['charge.dispute.funds_withdrawn', 'applied', ['dispute.opened', 'dispute.lost', 'dispute.funds_withdrawn']],
      ['payment_intent.canceled', 'waiting', []],
    ]);
    expect(body.timeline[0].effects[0]).toMatchObject({
      effect: 'failed:ch_0',
      fact: { data: { declineCode: 'do_not_honor' } },
      notification: { id: expect.stringMatching(/^ntf_/) },
    });
    expect(parseId('notification', body.timeline[0].effects[0].notification.id)).toBe(notice);
    expect(body.timeline[3].detail).toMatch(/^unknown_shape: \$\.data\.object\./);
  });

  /** A card tester's attempts, each with its charge, its event and its effect, as they would come in after what is told of already. */
  async function manyFail(app: Uuid, pi: string, attempts: number): Promise<void> {
    const [charges, events] = [0, 1].map(() => Array.from({ length: attempts }, newUuid));
    const of = [app, objectKey(app, '', pi)];
    await stage.sql(
      `INSERT INTO stripe_object (key, app_id, object_type, object_id, livemode, state, payment_id, updated_at)
       SELECT c.key, app_id, 'charge', 'ch_tried_' || to_char(c.n, 'FM0000'), livemode, $4::jsonb, payment_id, now() + c.n * interval '1 s'
       FROM stripe_object, unnest($3::uuid[]) WITH ORDINALITY AS c (key, n) WHERE app_id = $1 AND stripe_object.key = $2`,
      [
        ...of,
        charges,
        { now: { status: 'failed', amount: 1_099, currency: 'eur', captured: false, givenBack: 0, at: T } },
      ],
    );
    await stage.sql(
      `INSERT INTO stripe_event (app_id, event_id, id, via, shape, type, livemode, object_type, object_id, object_key, created, content, dek_id)
       SELECT app_id, 'evt_' || m.id, m.id, via, shape, 'payment_intent.payment_failed', livemode, object_type, object_id, object_key,
         created + m.n * interval '1 s', content, dek_id
       FROM (SELECT * FROM stripe_event WHERE app_id = $1 AND object_key = $2 LIMIT 1) e, unnest($3::uuid[]) WITH ORDINALITY AS m (id, n)`,
      [...of, events],
    );
    await stage.sql(
      `INSERT INTO stripe_effect (object_key, effect, event, fact) SELECT $1, 'failed:' || m.id, m.id, gen_random_uuid() FROM unnest($2::uuid[]) AS m (id)`,
      [of[1], events],
    );
  }

  it('a payment that was tried thousands of times shows the newest of it, in order of time, and all of its money', async () => {
    const app = await makeApp();
    const of = { payment_intent: 'pi_tried' };
    await stage.tell(
      app.id,
      { type: 'payment_intent.created', created: T, object: paymentIntent('pi_tried') },
      { type: 'charge.succeeded', created: T, object: charge('ch_paid', of) },
      { type: 'refund.created', created: T, object: refund('re_paid', { ...of, amount: 300, status: 'succeeded' }) },
    );
    await manyFail(app.id, 'pi_tried', 1_200);
    const [listed] = (await app.get('')).body.items;
    rowsRead = 0;
    const { body } = await app.get(`/${listed.id}`);

    const seconds = body.timeline.map(({ createdAt }: Json) => Date.parse(createdAt) / 1_000 - T);
    expect(seconds).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 201));
    expect(body.timeline.every(({ effects }: Json) => effects.length === 1)).toBe(true);
    const ids = body.charges.map(({ id }: Json) => id);
    expect([ids.length, ids[0], ids[1], ids.at(-1)]).toEqual([1_001, 'ch_paid', 'ch_tried_0201', 'ch_tried_1200']);
    expect([listed.amountRefunded, body.amountRefunded, body.refunds.length]).toEqual([300, 300, 1]);
    expect(listed.asOf).toBe(body.asOf);
    expect(rowsRead).toBeLessThanOrEqual(3_100);
  });

  it('a payment that was given back in more refunds than are shown stands as it does, and to the cent', async () => {
    const app = await makeApp();
    await stage.tell(
      app.id,
      { type: 'payment_intent.succeeded', created: T, object: paymentIntent('pi_back', { status: 'succeeded' }) },
      {
        ...{ type: 'charge.refunded', created: T },
        object: charge('ch_back', { payment_intent: 'pi_back', amount_refunded: 1_050 }),
      },
    );
    await stage.sql(
      `INSERT INTO stripe_object (key, app_id, object_type, object_id, livemode, state, payment_id, updated_at)
       SELECT gen_random_uuid(), app_id, 'refund', 're_back_' || n, livemode, $3::jsonb, payment_id, now() + n * interval '1 s'
       FROM stripe_object, generate_series(1, 1050) AS n WHERE app_id = $1 AND key = $2`,
      [app.id, objectKey(app.id, '', 'pi_back'), { now: { status: 'succeeded', amount: 1, currency: 'eur', at: T } }],
    );
    const [listed] = (await app.get('')).body.items;
    const { body } = await app.get(`/${listed.id}`);
    for (const view of [listed, body]) expect(view).toMatchObject({ status: 'succeeded', amountRefunded: 1_050 });
    expect([body.charges.length, body.refunds.length]).toEqual([1, 998]);
  });

  it('a payment that only a refund told of is there, and unknown', async () => {
    const app = await makeApp();
    await stage.tell(app.id, { type: 'refund.created', object: refund('re_2', { payment_intent: 'pi_2' }) });
    const { body } = await app.get('');
    expect(body.items).toMatchObject([{ gatewayRef: 'pi_2', status: 'unknown', amount: null, amountRefunded: 500 }]);
  });

  it('the list is newest first, and goes on where a page ended', async () => {
    const app = await makeApp();
    for (const id of ['pi_a', 'pi_b', 'pi_c']) {
      await stage.tell(app.id, { type: 'payment_intent.created', object: paymentIntent(id) });
    }
    const first = await app.get('?limit=2');
    const second = await app.get(`?limit=2&after=${first.body.next}`);
    expect([...first.body.items, ...second.body.items].map((item: Json) => item.gatewayRef)).toEqual([
      'pi_c',
      'pi_b',
      'pi_a',
    ]);
    expect(second.body.next).toBeNull();
    expect((await app.get('?after=nonsense')).body.items).toEqual([]);
  });

  it("another app's payment does not exist, nor does anything without the scope", async () => {
    const [app, other, without] = [await makeApp(), await makeApp(), await makeApp(['events:read'])];
    await stage.tell(app.id, { type: 'payment_intent.created', object: paymentIntent('pi_4') });
    const { body } = await app.get('');
    const id = body.items[0].id as string;
    expect((await app.get(`/${id}`)).status).toBe(200);
    expect((await other.get(`/${id}`)).status).toBe(404);
    expect((await other.get('/pay_nonsense')).status).toBe(404);
    expect((await without.get(`/${id}`)).status).toBe(403);
  });
});
