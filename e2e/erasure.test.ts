import { verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataReceiptView, type DataRequestAnswer, type DataRequestView, parseId } from '@signalbox/contracts';
import { ContentBroken, ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { freePort } from '@signalbox/embedded-postgres';
import {
  eventually,
  type RunningProcess,
  startProcess,
  startWebhookReceiver,
  usePostgres,
  type WebhookReceiver,
} from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';
import { AMOUNT, openTill, type Till } from './till.js';

/** The app calls its user so, in every service. Nothing of this may be left. */
const ANN = 'ann@mail.example';
const TOKEN = goodToken();
const SECRETS = {
  'the mail address': ANN,
  'the name': 'Ann Exemplary',
  'the device token': TOKEN,
  'the installation': 'phone-of-ann',
  'the text of a notification': 'your appointment at the clinic',
  'what an endpoint answered': 'thanks for telling us about her',
};
const BOB = 'bob@mail.example';

/** Everything that any table says, as text, with what was encrypted opened. */
async function dump(postgres: ReturnType<typeof usePostgres>, masterKey: string): Promise<Map<string, string>> {
  const database = postgres.database();
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const dumped = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    dumped.set(name, rows.map(({ row }) => row).join('\n'));
  }
  const cipher = new ContentCipher(database, new Envelope(loadMasterKey({ key: masterKey })));
  for (const table of ['event_log', 'stripe_event', 'braintree_event']) {
    const { rows } = await database.query<{ app: string; dek: string; content: Buffer }>(
      `SELECT app_id AS app, dek_id AS dek, content FROM ${table} WHERE octet_length(content) > 0`,
    );
    const opened = rows.map(async ({ app, dek, content }) => {
      try {
        return (await cipher.decrypt(app, dek, content)).toString();
      } catch (error) {
        if (error instanceof ContentBroken) return '';
        throw error;
      }
    });
    dumped.set(`${table}, opened`, (await Promise.all(opened)).join('\n'));
  }
  return dumped;
}

/** Where which of some texts is found, as it is or as bytes are printed. */
function finds(dumped: ReadonlyMap<string, string>, texts: Readonly<Record<string, string>>): string[] {
  return [...dumped].flatMap(([table, content]) =>
    Object.entries(texts)
      .filter(([, text]) => content.includes(text) || content.includes(Buffer.from(text).toString('hex')))
      .map(([what]) => `${what} in ${table}`),
  );
}

describe('erasing a user in every service', () => {
  let stack: Stack;
  let till: Till;
  let events: RunningProcess;
  let receiver: WebhookReceiver;
  afterAll(async () => {
    await Promise.all([events.stop(), till.shop.payments.stop()]);
    await stack.stop();
    await receiver.close();
  }, 30_000);
  const postgres = usePostgres();

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    receiver.script('/hook', ({ body }) => ({
      status: 200,
      body: body.includes(ANN) ? SECRETS['what an endpoint answered'] : 'ok',
    }));
    stack = await startStack({ databaseUrl: postgres.url() });
    till = await openTill(stack);
    const url = `http://127.0.0.1:${await freePort(0)}`;
    events = await startProcess({
      entry: 'apps/events/dist/main.js',
      env: { ...stack.env, PORT: new URL(url).port, WEBHOOK_ALLOW_PRIVATE: 'true' },
      ready: { url: `${url}/health/ready` },
    });
    const endpoint = { url: `${receiver.url}/hook` };
    const made = await stack.call('POST', `${url}/v1/webhook-endpoints`, { key: stack.app.secretKey, body: endpoint });
    expect(made.status).toBe(201);
  }, 60_000);

  const auth = (method: string, path: string) =>
    stack.call(method, `${stack.urls.auth}${path}`, { key: stack.app.secretKey });
  const user = (userId: string) => `/v1/users/${encodeURIComponent(userId)}`;
  const requestOf = async (id: string): Promise<DataRequestView> =>
    (await auth('GET', `/v1/data-requests/${id}`)).body as DataRequestView;
  const settled = (id: string): Promise<DataRequestView> =>
    eventually(
      async () => {
        const request = await requestOf(id);
        expect(request.services.map(({ service, state, reason }) => [service, state, reason])).toEqual(
          request.services.map(({ service }) => [service, 'done', null]),
        );
        expect(request.state).toBe('done');
        return request;
      },
      { within: 30_000, every: 200 },
    );
  const sql = async <Row>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;

  /** A phone, a notification to it and one to two users, a customer, a payment; all of it told to the app's endpoint. */
  async function live(userId: string, phone: string, token: string): Promise<void> {
    await stack.registerDevice(stack.app, { installation: phone, user: userId, token });
    const isAnn = userId === ANN;
    const name = isAnn ? SECRETS['the name'] : 'Bob';
    const content = { title: name, body: isAnn ? SECRETS['the text of a notification'] : 'Hello' };
    for (const to of [{ userId }, { installationId: phone }]) {
      const sent = await stack.push_('POST', '/v1/notifications', { to, content });
      expect(sent.status).toBe(202);
      await eventually(async () =>
        expect((await stack.push_('GET', `/v1/notifications/${sent.body.id}`)).body.status).toBe('sent'),
      );
    }
    const contact = { email: userId, name };
    expect((await till.backend('PUT', `/v1/customers/${encodeURIComponent(userId)}`, contact)).status).toBe(200);
    await till.paid({ userId });
    await eventually(
      async () => {
        const paid = await sql(`SELECT FROM event_log WHERE type = 'payment.succeeded' AND payload ->> 'userId' = $1`, [
          userId,
        ]);
        expect(paid).toHaveLength(1);
      },
      { within: 10_000 },
    );
    await eventually(
      async () => {
        const open = await sql(
          `SELECT FROM webhook_delivery WHERE state <> 'delivered' UNION ALL SELECT FROM stripe_inbox`,
        );
        expect(open).toEqual([]);
      },
      { within: 10_000 },
    );
  }

  it('hands everything out first, as one document', async () => {
    await live(ANN, SECRETS['the installation'], TOKEN);
    await live(BOB, 'phone-of-bob', goodToken());
    await stack.push_('POST', '/v1/notifications', {
      to: { userIds: [ANN, BOB] },
      content: { body: 'To both of you' },
    });
    const { body } = await auth('POST', `${user(ANN)}/exports`);
    await settled((body as DataRequestAnswer).id);
    const archive = (await auth('GET', `/v1/data-requests/${(body as DataRequestAnswer).id}/archive`)).body;
    expect(archive.contents.map(({ service, section }: Record<string, string>) => `${service}: ${section}`)).toEqual(
      expect.arrayContaining(['push: notifications', 'push: devices', 'payments: payments', 'payments: customers']),
    );
    expect(archive.services.push.devices).toMatchObject([{ target: TOKEN, installationId: 'phone-of-ann' }]);
    const texts = archive.services.push.notifications.map((each: { content?: { body: string } }) => each.content?.body);
    expect(texts).toEqual(expect.arrayContaining([SECRETS['the text of a notification'], 'To both of you']));
    expect(archive.services.payments.payments).toMatchObject([{ amount: AMOUNT, currency: 'eur' }]);
    expect(JSON.stringify(archive)).not.toContain(BOB);
  }, 60_000);

  let request: DataRequestAnswer;

  it('check 35: asks a provider that is down again, and is open meanwhile', async () => {
    const before = finds(await dump(postgres, stack.env['MASTER_KEY']!), SECRETS).map((find) => find.split(' in ')[0]);
    expect(new Set(before)).toEqual(new Set(Object.keys(SECRETS)));
    await till.shop.control('PUT', 'behaviour', { faults: [{ route: 'DELETE /v1/customers/:id', status: 503 }] });
    const asked = await auth('DELETE', user(ANN));
    expect(asked.status).toBe(202);
    request = asked.body as DataRequestAnswer;
    await eventually(
      async () => {
        const { state, services } = await requestOf(request.id);
        expect(state).toBe('open');
        expect(services.find(({ service }) => service === 'payments')).toMatchObject({
          state: 'waiting',
          reason: expect.stringMatching(/^stripe: /),
        });
        for (const each of services.filter(({ service }) => service !== 'payments')) expect(each.state).toBe('done');
      },
      { within: 20_000, every: 200 },
    );
    await till.shop.control('DELETE', 'behaviour');
  }, 40_000);

  it('check 35: ends when every service has done its part, with what was kept and why', async () => {
    const { services } = await settled(request.id);
    const of = (name: string) => services.find(({ service }) => service === name)!;
    expect(services.map(({ service }) => service)).toEqual(['auth', 'push', 'payments', 'events']);
    expect(of('push').counts).toMatchObject({ devices: 1, notifications: 3 });
    expect(of('push').kept).toMatchObject([{ count: 1, reason: expect.stringContaining('theirs as well') }]);
    expect(of('payments').counts).toMatchObject({ 'customers at gateways': 1, 'payments unlinked': 1 });
    const lastDay = `${new Date().getUTCFullYear() + 11}-01-01T00:00:00.000Z`;
    expect(of('payments').kept).toEqual([
      { what: 'payments, under a pseudonym', count: 1, reason: expect.stringContaining('tax law'), until: lastDay },
      {
        what: 'movements of money in the ledger',
        count: expect.any(Number),
        reason: expect.any(String),
        until: lastDay,
      },
    ]);
    expect(of('events').counts['answers to webhooks']).toBeGreaterThan(2);
    const customers = await till.stripe.customers.list({ limit: 100 });
    expect(customers.data.map(({ email }) => email)).toEqual([BOB]);
  }, 40_000);

  it('check 35: a dump of the database has nothing of the user, opened and all, and everything of the others', async () => {
    // What Stripe tells of the customer that it deleted comes afterwards, and names the user once more.
    await eventually(
      async () => {
        const told = await sql(`SELECT FROM stripe_event WHERE type = 'customer.deleted'`);
        expect(told.length).toBeGreaterThan(0);
        expect(await sql('SELECT FROM stripe_inbox')).toEqual([]);
      },
      { within: 15_000 },
    );
    const dumped = await dump(postgres, stack.env['MASTER_KEY']!);
    expect(finds(dumped, SECRETS)).toEqual([]);
    const contents = await sql<{ to: { userId?: string } }>(
      `SELECT payload -> 'to' AS to FROM event_log WHERE type = 'notification.accepted' AND content IS NOT NULL`,
    );
    // Bob's own three, and the one that went to both.
    expect(contents).toHaveLength(3);
    expect(finds(dumped, { bob: BOB, phone: 'phone-of-bob' }).length).toBeGreaterThan(5);
    expect(await sql('SELECT FROM device')).toHaveLength(1);
    const ledger = await sql(`SELECT FROM ledger_transaction WHERE kind = 'capture'`);
    expect(ledger).toHaveLength(2);
  }, 40_000);

  it('check 35: the receipt verifies', async () => {
    const shown = (await auth('GET', `/v1/data-requests/${request.id}/receipt`)).body as DataReceiptView;
    const [header, claims, signature] = shown.receipt!.split('.') as [string, string, string];
    const key = { key: shown.key!, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
    const isGood = (what: string) => verify('sha256', Buffer.from(what), key, Buffer.from(signature, 'base64url'));
    expect(isGood(`${header}.${claims}`)).toBe(true);
    expect(isGood(`${header}.${claims}x`)).toBe(false);
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    expect(said).toMatchObject({ jti: request.id, sub: request.user });
    expect((said['services'] as unknown[]).length).toBe(4);
    expect(finds(new Map([['the receipt', JSON.stringify(said)]]), SECRETS)).toEqual([]);
  });

  it('leaves the feed whole: each fact in its place, and the endpoint was told of the end', async () => {
    await eventually(() =>
      expect(receiver.posts.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toContain('user.erased'),
    );
    const gaps = await sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM event_log WHERE app_id = $1 AND type = 'notification.accepted'`,
      [parseId('app', stack.app.id)],
    );
    expect(gaps).toEqual([{ count: 5 }]);
  });
});
