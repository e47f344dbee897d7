import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, objectKey, type Uuid } from '@signalbox/contracts';
import { insertApp } from '@signalbox/testing';
import { useOperator } from '../signed-in.harness.js';

const CREATED = '2026-11-01T00:00:00Z';

describe('the pages of payments', () => {
  const { postgres, operator } = useOperator();
  let app: Uuid;

  beforeAll(async () => {
    app = await insertApp(postgres.database());
  });

  async function insertPayment(ref: string): Promise<{ id: Uuid; key: Uuid }> {
    const [id, key] = [newUuid(), objectKey(app, '', ref)];
    await postgres.database().query(
      `INSERT INTO payment (id, app_id, gateway, gateway_ref, object_key, livemode, amount, currency)
       VALUES ($1, $2, 'stripe', $3, $4, false, 1099, 'eur')`,
      [id, app, ref, key],
    );
    await postgres.database().query(
      `INSERT INTO stripe_object (key, app_id, object_type, object_id, livemode, state, payment_id, updated_at)
       VALUES ($1, $2, 'payment_intent', $3, false, '{"now": {"status": "succeeded"}}', $4, $5)`,
      [key, app, ref, id, CREATED],
    );
    return { id, key };
  }

  /** Parts of a payment, each a second newer than the one before: `{prefix}_0001` and so on. */
  async function insertParts(payment: Uuid, type: string, status: string, prefix: string, count: number) {
    await postgres.database().query(
      `INSERT INTO stripe_object (key, app_id, object_type, object_id, livemode, state, payment_id, updated_at)
       SELECT gen_random_uuid(), $1, $2, $3 || to_char(n, 'FM0000'), false, $4::jsonb, $5, $6::timestamptz + n * interval '1 s'
       FROM generate_series(1, $7::int) AS n`,
      [app, type, `${prefix}_`, JSON.stringify({ now: { status } }), payment, CREATED, count],
    );
  }

  /** Events about an object, each a second newer than the one before, `evt_{ref}_0001` and so on, each with the effect of its number. */
  async function insertEvents(key: Uuid, ref: string, count: number) {
    const ids = Array.from({ length: count }, newUuid);
    await postgres.database().query(
      `WITH told AS (
         INSERT INTO stripe_event (app_id, event_id, id, via, shape, type, livemode, object_type, object_id, object_key, created, received_at,
           content, dek_id)
         SELECT $1, 'evt_' || $2 || to_char(n, '_FM0000'), id, 'webhook', 'snapshot', 'payment_intent.payment_failed', false,
           'payment_intent', $2, $3, $4::timestamptz + n * interval '1 s', $4::timestamptz + n * interval '1 s', '', $1
         FROM unnest($5::uuid[]) WITH ORDINALITY AS m (id, n)
       )
       INSERT INTO stripe_effect (object_key, effect, event, fact)
       SELECT $3, 'effect' || to_char(n, '_FM0000'), id, gen_random_uuid() FROM unnest($5::uuid[]) WITH ORDINALITY AS m (id, n)`,
      [app, ref, key, CREATED, ids],
    );
  }

  /** Calls that the gateway refused, after one that it did not answer, and entries of its books: `call_0001`, `entry_0001` and so on. */
  async function insertCallsAndEntries(payment: Uuid, count: number) {
    const calls = Array.from({ length: count + 1 }, newUuid);
    await postgres.database().query(
      `INSERT INTO payment_operation (id, app_id, order_id, payment_id, gateway, kind, key, request, state, started_at, ended_at, settle_at)
       SELECT id, $1, 'order', $2, 'stripe', 'refund', id, jsonb_build_object('reason', to_char(n, '"call"_FM0000')),
         CASE n WHEN 0 THEN 'unknown' ELSE 'refused' END, $3::timestamptz + n * interval '1 s', CASE n WHEN 0 THEN NULL ELSE now() END,
         CASE n WHEN 0 THEN $3::timestamptz END
       FROM unnest($4::uuid[]) WITH ORDINALITY AS m (id, place) CROSS JOIN LATERAL (SELECT place - 1) AS nth (n)`,
      [app, payment, CREATED, calls],
    );
    await postgres.database().query(
      `WITH made AS (
         INSERT INTO ledger_transaction (id, app_id, gateway, livemode, kind, subject, payment_id, gateway_entry, occurred_at)
         SELECT id, $1, 'stripe', false, 'booking', to_char(n, '"entry"_FM0000'), $2, id, $3
         FROM unnest($4::uuid[]) WITH ORDINALITY AS m (id, n) RETURNING id)
       INSERT INTO ledger_line (transaction_id, position, ledger_account, currency, amount)
       SELECT id, position, account, 'eur', amount FROM made, (VALUES (0, 'fees', 1), (1, 'gateway_balance', -1)) AS line (position, account, amount)`,
      [app, payment, CREATED, calls.slice(1)],
    );
  }

  const numbered = (page: string, prefix: string) =>
    [...page.matchAll(new RegExp(`\\b${prefix}_(\\d{4})\\b`, 'g'))].map(([, number]) => Number(number));
  const newest500Of = (count: number) => Array.from({ length: 500 }, (_, n) => count - 499 + n);
  const LEFT_OUT = 'Only the newest 500 events are shown';
  const MORE_LEFT_OUT = 'Only the newest 500 are shown of its parts';

  it('show the newest of a payment that was tried thousands of times, how it stands, and where older events are', async () => {
    const { id, key } = await insertPayment('pi_tried');
    await insertParts(id, 'charge', 'succeeded', 'ch_paid', 1);
    await insertParts(id, 'charge', 'failed', 'ch_failed', 620);
    await insertParts(id, 'refund', 'succeeded', 're_paid', 490);
    await insertEvents(key, 'pi_tried', 640);
    const page = await operator().page(`/payments/${formatId('payment', id)}`);

    expect(numbered(page, 'evt_pi_tried')).toEqual(newest500Of(640));
    expect(numbered(page, 'effect')).toEqual(newest500Of(640));
    expect(numbered(page, 'ch_failed')).toEqual(newest500Of(620));
    expect([numbered(page, 'ch_paid').length, numbered(page, 're_paid').length]).toEqual([1, 490]);
    expect([page.includes(LEFT_OUT), page.includes(MORE_LEFT_OUT)]).toEqual([true, true]);
    expect(page).toContain('/v1/stripe-events?objectId=pi_tried');
  });

  it('show how a payment stands whatever there is of newer parts', async () => {
    const { id } = await insertPayment('pi_refunded');
    await insertParts(id, 'refund', 'succeeded', 're_small', 520);
    const page = await operator().page(`/payments/${formatId('payment', id)}`);
    expect(page).toMatch(/<span class="chip good">succeeded<\/span>/);
    expect(numbered(page, 're_small')).toEqual(Array.from({ length: 499 }, (_, n) => n + 22));
  });

  it('show the newest calls and movements of money of a payment, and what is not over, however old it is', async () => {
    const [more, all] = [await insertPayment('pi_called'), await insertPayment('pi_called_less')];
    await insertCallsAndEntries(more.id, 510);
    await insertCallsAndEntries(all.id, 499);
    const page = await operator().page(`/payments/${formatId('payment', more.id)}`);
    expect(numbered(page, 'call')).toEqual([0, ...newest500Of(510).slice(1)]);
    expect(numbered(page, 'entry')).toEqual(newest500Of(510));
    expect(page).toContain('The gateway did not say what became of “refund”');
    expect(page).toContain(MORE_LEFT_OUT);
    expect(await operator().page(`/payments/${formatId('payment', all.id)}`)).not.toContain(MORE_LEFT_OUT);
  });

  it('show the newest events of an object of Stripe’s, and of no more than they show say nothing of older ones', async () => {
    const [more, all] = [await insertPayment('pi_more'), await insertPayment('pi_all')];
    await insertEvents(more.key, 'pi_more', 501);
    await insertEvents(all.key, 'pi_all', 500);
    const [cut, whole] = [
      await operator().page(`/stripe-objects/${more.key}`),
      await operator().page(`/stripe-objects/${all.key}`),
    ];
    expect([numbered(cut, 'evt_pi_more'), numbered(cut, 'effect')]).toEqual([newest500Of(501), newest500Of(501)]);
    expect(cut).toContain('/v1/stripe-events?objectId=pi_more');
    expect(numbered(whole, 'evt_pi_all')).toEqual(newest500Of(500));
    expect([whole, await operator().page(`/payments/${formatId('payment', all.id)}`)].join()).not.toContain(LEFT_OUT);
  });
});
