import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import {
  dumpRedis,
  eventually,
  type RunningProcess,
  startProcess,
  startSandbox,
  startWebhookReceiver,
  type TestSandbox,
  usePostgres,
  useRedis,
  type WebhookReceiver,
} from '@signalbox/testing';
import * as client from 'openid-client';
import Stripe from 'stripe';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { type Collector, startCollector } from './otlp-collector.js';
import { Browser } from './sign-in-browser.js';
import { goodToken, type Stack, startStack } from './stack.js';
import { openTill, type Till } from './till.js';

/** Of somebody who exists nowhere else, so that each of it is found wherever it got to. */
const MARKS = {
  'the name': 'Zyxanna Quillfeather',
  'the mail address': 'zyxanna.quillfeather@mark.example',
  'the number of the phone': '+4915155590417',
  'the network address': '203.0.113.77',
  'the password': 'owl-mark-7f3a-lantern',
  'the token of the device': goodToken(),
  'the title': 'Zyx, a mark of a title',
  'the text': 'your appointment at the mark clinic',
  'the data': 'mark-of-data-5511',
  'the name that the app has for the user': 'usermark-0815',
  'what was no request': 'mark-of-nonsense-2207',
  'what a webhook said': 'mark-of-a-webhook-3307',
  'what an endpoint answered': 'mark-of-an-endpoint-4401',
  'what a provider answered': 'mark-of-a-provider-9920',
  'the secret of an address': 'mark-of-a-secret-6612',
  'a card number': '4242424242424242',
} as const;
type Mark = keyof typeof MARKS;

/** The app's own name of a user is an id: whom a notification was for is in the log of events. */
const IN_EVENTS: ReadonlySet<Mark> = new Set(['the name that the app has for the user']);

const REDIRECT_URI = 'http://127.0.0.1:49153/callback';

/** As it is, and as it is written into addresses, forms and bytes. */
function waysToWrite(mark: string): string[] {
  return [
    mark,
    mark.toLowerCase(),
    encodeURIComponent(mark),
    new URLSearchParams({ mark }).toString().slice('mark='.length),
    Buffer.from(mark).toString('hex'),
    Buffer.from(mark).toString('base64').replace(/=+$/, ''),
    JSON.stringify(mark).slice(1, -1),
  ];
}

/** Which marks are found where. */
function finds(places: Readonly<Record<string, string>>, except: ReadonlySet<Mark> = new Set()): string[] {
  return Object.entries(places).flatMap(([place, text]) =>
    (Object.keys(MARKS) as Mark[])
      .filter((mark) => !except.has(mark) && waysToWrite(MARKS[mark]).some((way) => text.includes(way)))
      .map((mark) => `${mark} in ${place}`),
  );
}

describe('what is personal', () => {
  let stack: Stack;
  let till: Till;
  let events: RunningProcess;
  let eventsUrl: string;
  let operators: ConsoleOnStage;
  let collector: Collector;
  let receiver: WebhookReceiver;
  let mailbox: TestSandbox;
  afterAll(async () => {
    await Promise.all([events.stop(), till.shop.payments.stop(), operators.stop()]);
    await stack.stop();
    await Promise.all([receiver.close(), collector.close(), mailbox.stop()]);
  }, 40_000);
  const postgres = usePostgres();
  const { url: redisUrl } = useRedis();

  beforeAll(async () => {
    [collector, receiver, mailbox] = await Promise.all([startCollector(), startWebhookReceiver(), startSandbox()]);
    receiver.script('/hook', () => ({ status: 500, body: `no: ${MARKS['what an endpoint answered']}` }));
    // Everything is logged that there is to log, and every trace is kept.
    const env = { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRUSTED_PROXIES: '127.0.0.1' };
    const authEnv = { ...env, SMTP_URL: `smtp://127.0.0.1:${mailbox.mailPort}` };
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redisUrl(), pushEnv: env, authEnv });
    eventsUrl = `http://127.0.0.1:${await freePort(0)}`;
    const toEvents = { ...stack.env, ...env, PORT: new URL(eventsUrl).port, WEBHOOK_ALLOW_PRIVATE: 'true' };
    [till, operators, events] = await Promise.all([
      openTill(stack, env),
      startConsoleOver(stack),
      startProcess({ entry: 'apps/events/dist/main.js', env: toEvents, ready: { url: `${eventsUrl}/health/ready` } }),
    ]);
  }, 90_000);

  const from = { 'x-forwarded-for': MARKS['the network address'] };
  const asOperator = (method: string, path: string, body?: unknown) =>
    stack.call(method, `${stack.urls.auth}${path}`, { key: stack.env['OPERATOR_TOKEN']!, body });
  const told = (subject: string, end: RegExp): Promise<unknown> =>
    eventually(
      async () => {
        const { rows } = await postgres
          .database()
          .query<{ type: string }>('SELECT type FROM event_log WHERE subject = $1', [subject]);
        expect(rows.map(({ type }) => type).join()).toMatch(end);
      },
      { within: 20_000 },
    );

  async function signUpAndIn(): Promise<void> {
    const made = await asOperator('POST', '/v1/clients', {
      ...{ kind: 'native', appId: stack.app.id, name: 'Phone', redirectUris: ['http://127.0.0.1/callback'] },
    });
    expect(made.status).toBe(201);
    const config = await client.discovery(new URL(stack.urls.auth), made.body.id as string, undefined, client.None(), {
      // Deprecated only to stand out: this issuer is on this machine.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      execute: [client.allowInsecureRequests],
    });
    const email = MARKS['the mail address'];
    const password = MARKS['the password'];
    const verifier = client.randomPKCECodeVerifier();
    const begin = async (browser: Browser): Promise<string> => {
      const url = client.buildAuthorizationUrl(config, {
        ...{ redirect_uri: REDIRECT_URI, scope: 'openid email account:manage devices:register-own' },
        ...{ device_name: MARKS['the name'], login_hint: email },
        ...{ code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
      });
      return browser.open(url.href);
    };
    // The same address twice at once: one of the two is refused by the database.
    await Promise.all(
      Array.from({ length: 3 }, async () => {
        const browser = new Browser(from);
        await browser.open(`${await begin(browser)}/register`);
        await browser.submit('/register', { name: MARKS['the name'], email, password });
      }),
    );
    const link = await eventually(
      async () => {
        const mails = await mailbox.control<unknown>('GET', `/v1/mail/messages?to=${encodeURIComponent(email)}`);
        const [found] = /https?:\/\/[^\s"\\<]+\/verify\?token=[\w-]+/.exec(JSON.stringify(mails)) ?? [];
        if (found === undefined) throw new Error('no mail yet');
        return found;
      },
      { within: 20_000 },
    );
    const proving = new Browser(from);
    await proving.open(link);
    if (proving.text.includes('<form')) await proving.submit('/verify');
    const browser = new Browser(from);
    const page = await begin(browser);
    await browser.submit('/login', { email, password: `${password}-wrong` });
    await browser.open(page);
    await browser.submit('/login', { email, password });
    const called = await browser.submit('/consent');
    const tokens = await client.authorizationCodeGrant(config, new URL(called), {
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const me = await stack.call('GET', `${stack.urls.auth}/v1/me`, { key: tokens.access_token, headers: from });
    expect([me.status, me.body.email]).toEqual([200, email]);
    const found = await stack.call('GET', `${stack.urls.auth}/v1/users?email=${encodeURIComponent(email)}`, {
      key: stack.app.secretKey,
    });
    expect(found.status).toBe(200);
  }

  const content = {
    title: MARKS['the title'],
    body: MARKS['the text'],
    data: { about: MARKS['the data'], call: MARKS['the number of the phone'] },
  };

  async function notify(): Promise<void> {
    const userId = MARKS['the name that the app has for the user'];
    const fcm = { kind: 'fcm_token', token: `fcm-${MARKS['the token of the device']}` };
    const apns = { kind: 'apns', token: MARKS['the token of the device'] };
    const iphone = { platform: 'ios', target: apns, bundleId: 'com.example.app', environment: 'sandbox' };
    for (const [phone, body] of Object.entries({ iphone, android: { platform: 'android', target: fcm } })) {
      const put = await stack.push_('PUT', `/v1/devices/${phone}`, { userId, ...body }, from);
      expect([put.status, put.body.errors]).toEqual([201, undefined]);
    }
    // What Google says repeats the token, as it does.
    const message = `The token ${fcm.token} is not valid: ${MARKS['what a provider answered']}`;
    const script = { outcome: { status: 504, message }, times: 1_000 };
    const scripted = await stack.call('PUT', `${stack.urls.control}/v1/fcm/tokens/${fcm.token}`, { body: script });
    expect(scripted.status).toBe(200);
    await stack.push_('PUT', '/v1/categories/once', { guarantee: 'at-most-once' });
    for (const options of [{}, { category: 'once' }]) {
      const sent = await stack.push_('POST', '/v1/notifications', { to: { userId }, content, options }, from);
      expect(sent.status).toBe(202);
      await told(sent.body.id as string, /delivery\.sent/);
    }
    // Given up, and so on the board of dead letters.
    await eventually(
      async () => {
        const { body } = await stack.push_('GET', '/v1/dead-letters/groups');
        expect(body.groups.map(({ provider }: { provider: string }) => provider)).toEqual(['fcm']);
      },
      { within: 20_000 },
    );
  }

  async function talkNonsense(): Promise<void> {
    const nonsense = MARKS['what was no request'];
    const email = MARKS['the mail address'];
    const headers = {
      ...from,
      'idempotency-key': `${nonsense} ${email}`,
      'x-request-id': nonsense,
      traceparent: nonsense,
    };
    const bodies = [
      `{"to": ${email}, "content": ${nonsense}`,
      { to: { [nonsense]: email }, content },
      { to: { userId: email }, content: { ...content, [nonsense]: MARKS['the name'] } },
      { to: { userId: email }, content: { body: `${nonsense}\u0000` } },
      { to: { userId: email }, content: { body: MARKS['a card number'] } },
      { to: { userId: email }, content: { body: nonsense.repeat(20_000) } },
    ];
    for (const url of [stack.urls.push, stack.urls.auth, till.shop.url, eventsUrl]) {
      for (const body of bodies) {
        for (const path of [
          '/v1/notifications',
          `/v1/users/${email}?name=${nonsense}`,
          '/v1/webhook-endpoints',
          '/v1/payment-sheets',
        ]) {
          const { status } = await stack.call('POST', `${url}${path}`, { key: stack.app.secretKey, body, headers });
          expect([path, status >= 400 && status < 500]).toEqual([path, true]);
        }
      }
      for (const key of [
        nonsense,
        `sbk_test_${nonsense}`,
        `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(email).toString('base64url')}.x`,
      ]) {
        const { status } = await stack.call('GET', `${url}/v1/me?email=${email}`, { key, headers: from });
        expect(status).toBeGreaterThanOrEqual(400);
      }
    }
    const cookie = `_session=${nonsense}; ${nonsense}=1`;
    const forms = [
      `/oauth/authorize?client_id=${nonsense}&login_hint=${email}`,
      `/sign-in/${nonsense}/login`,
      `/verify?token=${nonsense}`,
    ];
    for (const path of forms)
      await fetch(`${stack.urls.auth}${path}`, { headers: { ...from, cookie }, redirect: 'manual' });
    const form = new URLSearchParams({ email, password: MARKS['the password'], form_token: nonsense });
    await fetch(`${stack.urls.auth}/sign-in/${nonsense}/login`, {
      method: 'POST',
      body: form,
      headers: { ...from, cookie },
    });
    const token = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: nonsense, client_id: nonsense });
    await fetch(`${stack.urls.auth}/oauth/token`, { method: 'POST', body: token, headers: from });
  }

  async function pay(): Promise<void> {
    const userId = MARKS['the name that the app has for the user'];
    const contact = { email: MARKS['the mail address'], name: MARKS['the name'] };
    expect((await till.backend('PUT', `/v1/customers/${userId}`, contact)).status).toBe(200);
    const { paymentId } = await till.paid({ userId });
    await told(paymentId, /payment\.succeeded/);
    await till.shop.control('PUT', 'behaviour', { faults: [{ route: 'POST /v1/payment_intents', status: 500 }] });
    await till.backend('POST', '/v1/payment-sheets', till.order({ userId }), 'mark-of-a-key');
    await till.shop.control('DELETE', 'behaviour');
    const { body: sources } = await till.backend('GET', '/v1/stripe-sources');
    const webhook = `${till.shop.url}${(sources.items as { path: string }[])[0]!.path}`;
    const said = MARKS['what a webhook said'];
    const address = {
      email: MARKS['the mail address'],
      name: MARKS['the name'],
      phone: MARKS['the number of the phone'],
    };
    const object = { object: 'charge', id: `ch_${said}`, billing_details: address, description: said };
    const signed = [
      JSON.stringify({ object: 'event', id: `evt_${said}`, type: 'charge.updated', data: { object } }),
      JSON.stringify({
        ...{
          object: 'event',
          id: 'evt_1Mark',
          type: 'charge.succeeded',
          api_version: '2020-08-27',
          created: 1_790_000_000,
        },
        ...{ livemode: false, data: { object: { ...object, id: 'ch_1Mark' } } },
      }),
      `{"object": "event", "id": ${said}`,
      said,
    ];
    for (const payload of signed) {
      const secret = 'whsec_of_the_shop_that_sells_at_the_sandbox';
      const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
      for (const header of [signature, `t=${said},v1=${said}`, signature.replace(/v1=../, 'v1=00')]) {
        await stack.call('POST', webhook, { body: payload, headers: { ...from, 'stripe-signature': header } });
      }
    }
    await stack.call('POST', `${till.shop.url}/webhooks/braintree/src_${said}`, { body: said, headers: from });
  }

  async function watch(): Promise<void> {
    const signedIn = await fetch(`${operators.url}/login`, {
      method: 'POST',
      headers: { origin: operators.url },
      body: new URLSearchParams({ password: OPERATOR_PASSWORD }),
      redirect: 'manual',
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0]!)
      .join('; ');
    expect(cookie).not.toBe('');
    const userId = MARKS['the name that the app has for the user'];
    for (const path of [
      `/find?q=${MARKS['the mail address']}`,
      `/users/${stack.app.id}/${userId}`,
      '/dead-letters',
      '/events',
    ])
      await fetch(`${operators.url}${path}`, { headers: { cookie } });
  }

  it('is in no log, no trace, no metric and no queue, nor in the log of Postgres; and in events there are ids', async () => {
    const endpoint = { url: `${receiver.url}/hook?key=${MARKS['the secret of an address']}` };
    const made = await stack.call('POST', `${eventsUrl}/v1/webhook-endpoints`, {
      key: stack.app.secretKey,
      body: endpoint,
    });
    expect(made.status).toBe(201);
    await signUpAndIn();
    await notify();
    await pay();
    await talkNonsense();
    await watch();
    await eventually(() => expect(receiver.posts.length).toBeGreaterThan(1));

    const services = { auth: stack.auth, push: stack.push, payments: till.shop.payments, events };
    const urls = { ...stack.urls, payments: till.shop.url, events: eventsUrl };
    const logs = Object.entries(services).map(([name, each]) => [`the log of ${name}`, each.output()] as const);
    const metrics = await Promise.all(
      (Object.keys(services) as (keyof typeof services)[]).map(
        async (name) => [`the metrics of ${name}`, await (await fetch(`${urls[name]}/metrics`)).text()] as const,
      ),
    );
    const [{ data_directory: data } = { data_directory: '' }] = (
      await postgres.database().query<{ data_directory: string }>('SHOW data_directory')
    ).rows;
    const inRedis = redisUrl();
    const { rows: bullmq } = await postgres
      .database()
      .query<{ row: string }>('SELECT job::text AS row FROM bullmq.job');
    await eventually(() => expect(collector.spans().map(({ name }) => name)).toContain('send fcm'), { within: 15_000 });
    const places = {
      ...Object.fromEntries([...logs, ...metrics]),
      'the log of the console': operators.output(),
      'the traces': collector.bodies().join('\n'),
      'the queues in Redis': inRedis === undefined ? '' : await dumpRedis(inRedis),
      'the queues in Postgres': bullmq.map(({ row }) => row).join('\n'),
      'the log of Postgres': readFileSync(join(dirname(data), 'server.log'), 'utf8'),
    };
    expect(finds(places)).toEqual([]);
    // Nothing is found where nothing is.
    for (const [place, text] of Object.entries(places))
      if (place !== (inRedis === undefined ? 'the queues in Redis' : 'the queues in Postgres'))
        expect([place, text.length > 100]).toEqual([place, true]);
    // What a provider answered is kept as it came, to explain an outcome, and is erased with its user: e2e/erasure.test.ts.
    const { rows } = await postgres
      .database()
      .query<{ row: string }>("SELECT type || subject || (payload - 'answer')::text AS row FROM event_log");
    expect(rows.length).toBeGreaterThan(10);
    expect(finds({ 'the event log': rows.map(({ row }) => row).join('\n') }, IN_EVENTS)).toEqual([]);
  }, 180_000);

  it('would be found', async () => {
    const { rows } = await postgres.database().query<{ row: string }>('SELECT t::text AS row FROM auth_user t');
    const found = finds({ 'the users': rows.map(({ row }) => row).join('\n') });
    expect(found).toEqual(expect.arrayContaining(['the name in the users', 'the mail address in the users']));
  });
});
