import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { hashApiKey, newKeyText } from '@signalbox/http';
import { createLogger } from '@signalbox/telemetry';
import { newSecret, snapshotEvent, usePayments } from './payments.harness.js';
import { type RunningPayments, startPayments } from './service.js';

const CARD = '4242 4242 4242 4242';
const DIGITS = '4242424242424242';
/** Too like a card for chance, but its check digit is wrong: it comes in, so the search below must find it. */
const CONTROL = '4242424242424241';

const SHEETS = '/v1/payment-sheets';
const sheet = { orderId: 'order_1', amount: 4_200, currency: 'eur', userId: 'ada' };

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const REFUSED: readonly (readonly [field: string, request: Sent])[] = [
  ['a text', { body: { name: `shop ${CARD}`, secrets: [{ secret: newSecret() }] } }],
  ['a list', { body: { name: 'shop', secrets: [{ secret: newSecret() }, { secret: DIGITS }] } }],
  ['a name', { body: { name: 'shop', [DIGITS]: 'x', secrets: [{ secret: newSecret() }] } }],
  ['a number', { body: { name: 4242424242424242, secrets: [{ secret: newSecret() }] } }],
  ['an unknown field', { body: { name: 'shop', secrets: [{ secret: newSecret() }], metadata: { deep: [CARD] } } }],
  ['the order of a payment sheet', { path: SHEETS, body: { ...sheet, orderId: `order_${DIGITS}` } }],
  ['the metadata of one', { path: SHEETS, body: { ...sheet, metadata: { note: CARD } } }],
  ['the idempotency key of one', { path: SHEETS, body: sheet, headers: { 'idempotency-key': `k-${DIGITS}` } }],
  ['the path', { method: 'GET', path: `/v1/payments/${DIGITS}` }],
  ['the query', { method: 'GET', path: `/v1/payments?after=${CARD.replaceAll(' ', '-')}` }],
  ['the idempotency key', { method: 'GET', path: '/v1/payments', headers: { 'idempotency-key': DIGITS } }],
  ['another header', { method: 'GET', path: '/v1/payments', headers: { 'x-customer': CARD } }],
];

describe('a card number', () => {
  let key: string;
  let service: RunningPayments;
  const logged: string[] = [];
  // Before the harness' own hooks: the service leaves its database before it is dropped.
  afterAll(() => service.close());
  const payments = usePayments();
  beforeAll(async () => {
    service = await startPayments(
      payments.configOf(),
      createLogger('payments', 'trace', { write: (line) => logged.push(line) }),
    );
    const app = await payments.makeApp();
    key = newKeyText('secret', 'test');
    await payments.sql(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes)
       VALUES ($1, $2, 'secret', 'test', 'sbk_', $3, $4)`,
      [newUuid(), app.id, hashApiKey(key), ['payments:write', 'payments:read']],
    );
  });

  const send = (
    { method = 'POST', path = '/v1/stripe-sources', body, headers }: Sent,
    authorization = `Bearer ${key}`,
  ) =>
    payments.request(
      method,
      path,
      {
        headers: { authorization, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      service.url,
    );

  /** Tables that hold the digits anywhere in any of their columns: as text, with gaps, or as bytes (`bytea` reads as hex). */
  async function tablesWith(digits: string): Promise<string[]> {
    const tables = await payments.sql<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(20);
    const pattern = `${[...digits].join('[ -]?')}|${Buffer.from(digits).toString('hex')}|${Buffer.from(CARD).toString('hex')}`;
    const holds = await Promise.all(
      tables.map(async ({ name }) => {
        const [row] = await payments.sql(`SELECT 1 FROM ${name} AS t WHERE t::text ~ $1 LIMIT 1`, [pattern]);
        return row === undefined ? [] : [name];
      }),
    );
    return holds.flat();
  }

  it.each(REFUSED)('is refused in %s', async (_field, request) => {
    const { status, body } = await send(request);
    expect([status, body.code]).toEqual([422, 'card_number_refused']);
    expect(JSON.stringify(body)).not.toMatch(/4242/);
  });

  it('is nowhere in the log and nowhere in the database after all that, nor after a webhook with one', async () => {
    const control = { name: `shop ${CONTROL}`, secrets: [{ secret: newSecret() }] };
    const { status, body: source } = await send({ body: control });
    expect(status).toBe(201);
    const tries = REFUSED.map(([, request]) => request);
    await Promise.all(tries.flatMap((request) => [send(request), send(request, `Bearer ${DIGITS}`)]));
    await send({ body: `{"card": "${CARD}"` });
    await send({ path: `/v1/${DIGITS}`, body: control });

    const { body } = snapshotEvent({ data: { object: { id: 'pi_1', object: 'payment_intent', description: CARD } } });
    const secret = control.secrets[0]!.secret;
    const taken = await payments.deliver({ path: source.path, secret }, body, {}, service.url);
    expect(taken.status).toBe(200);
    const unsigned = await payments.deliver({ path: source.path, secret: newSecret() }, body, {}, service.url);
    expect(unsigned.status).toBe(400);

    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join('').replace(/[^\d]/g, '')).not.toContain(DIGITS);
    expect(await tablesWith(CONTROL)).toEqual(['public.stripe_source']);
    expect(await tablesWith(DIGITS)).toEqual([]);
  });
});
