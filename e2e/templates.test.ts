import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import { Signalbox } from '@signalbox/server';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type ReceivedPush, type Stack, startStack } from './stack.js';

const PROVIDERS = ['apns', 'fcm', 'webpush'] as const;
const androidToken = (): string => `${randomBytes(11).toString('hex')}:${randomBytes(60).toString('hex')}`;

type Push = Pick<ReceivedPush, 'token' | 'headers' | 'payload'>;

/** What was sent, but for the address of the phone: what a preview shows and counts. */
function counted({ payload }: Push): { bytes: number; payload: Record<string, unknown> } {
  const { token: _address, ...message } = (payload['message'] ?? payload) as Record<string, unknown>;
  return { bytes: Buffer.byteLength(JSON.stringify(message)), payload: message };
}

/** Everything that a notification leaves behind when it is stored or routed. */
const TRACES = `SELECT (SELECT count(*) FROM event_log) AS log, (SELECT count(*) FROM push_work) AS work,
  (SELECT count(*) FROM delivery) AS deliveries, (SELECT count(*) FROM frequency_meter) AS meters,
  (SELECT count(*) FROM idem) AS keys, (SELECT count(*) FROM device WHERE proved_at IS NOT NULL) AS proofs`;

describe('templates', () => {
  // Hooks run in the order of their making: the processes leave before their database is dropped.
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  const tokens = { apns: goodToken(), fcm: androidToken(), webpush: '' };

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    const common = { userId: 'ann', locale: 'ar-EG', timeZone: 'Africa/Cairo' };
    const apns = { kind: 'apns', token: tokens.apns };
    const iPhone = { ...common, platform: 'ios', target: apns, environment: 'sandbox', bundleId: 'com.example.app' };
    await stack.push_('PUT', '/v1/devices/iphone', iPhone);
    const android = { ...common, platform: 'android', target: { kind: 'fcm_token', token: tokens.fcm } };
    await stack.push_('PUT', '/v1/devices/android', android);
    const { control, auth } = stack.urls;
    const { body: credential } = await stack.call('GET', `${control}/v1/webpush/credential`);
    const url = `${auth}/v1/apps/${stack.app.id}/credentials/webpush`;
    await stack.call('PUT', url, { key: stack.env['OPERATOR_TOKEN']!, body: credential });
    const wanted = { applicationServerKey: credential.publicKey, prefix: 'br' };
    const { body } = await stack.call('POST', `${control}/v1/webpush/subscriptions`, { body: wanted });
    tokens.webpush = body.token;
    const target = { kind: 'webpush', endpoint: body.endpoint, ...body.keys };
    const browser = await stack.push_('PUT', '/v1/devices/browser', { ...common, platform: 'web', target });
    expect(browser.status).toBe(201);
  }, 60_000);

  const put = async (name: string, document: object): Promise<void> => {
    expect(await stack.push_('PUT', `/v1/templates/${name}`, document)).toMatchObject({ status: 200 });
  };
  const post = (body: object, headers?: Record<string, string>) =>
    stack.push_('POST', '/v1/notifications', { to: { userId: 'ann' }, ...body }, headers);
  const receivedBy = async (provider: (typeof PROVIDERS)[number]): Promise<Push[]> => {
    if (provider !== 'webpush') return stack.received(provider);
    const url = `${stack.urls.control}/v1/webpush/requests?token=${tokens.webpush}`;
    return (await stack.call('GET', url)).body.requests as Push[];
  };
  /** What each provider got of it, once all have taken it. */
  const pushesOf = (id: string): Promise<Record<string, Push>> =>
    eventually(async () => {
      const { deliveries } = (await stack.push_('GET', `/v1/notifications/${id}/deliveries`)).body;
      expect(deliveries.map((each: { state: string }) => each.state)).toEqual(['sent', 'sent', 'sent']);
      const ids = deliveries.map((each: { id: string }) => parseId('delivery', each.id)!);
      const isOfIt = ({ payload }: Push) => ids.some((uuid: string) => JSON.stringify(payload).includes(uuid));
      const pushes = await Promise.all(PROVIDERS.map(async (provider) => (await receivedBy(provider)).filter(isOfIt)));
      expect(pushes.flat().map(({ token }) => token)).toEqual(PROVIDERS.map((provider) => tokens[provider]));
      return Object.fromEntries(PROVIDERS.map((provider, place) => [provider, pushes[place]![0]!]));
    });

  const WORDS = {
    parameters: { text: { type: 'string', maxLength: 4_000 }, total: { type: 'money' } },
    defaultLocale: 'en',
    locales: {
      en: { title: 'Order', body: '{text} {total}', data: { link: 'shop://{text}' } },
      ar: { title: 'طلب جديد', body: '{text}: {total}' },
    },
    sound: 'ping',
    badge: 3,
    category: 'orders',
    collapseKey: 'order',
  };

  it.each([
    ['plain text', 'ready'],
    ['emoji of several parts, quotes and a line separator', '👩‍👩‍👧‍👦🏳️‍🌈 "\\\u2028'],
    ['text from right to left', '\u202bمرحبا\u202c שלום'],
  ])('are sent with exactly the bytes that their preview shows: %s', async (_name, text) => {
    await put('order', WORDS);
    const params = { text, total: { amount: 1_250, currency: 'EUR' } };
    const asked = { params, locale: 'ar-EG', timeZone: 'Africa/Cairo' };
    const { payloads } = (await stack.push_('POST', '/v1/templates/order/preview', asked)).body.reader;
    const answer = await post({ template: { id: 'order', params } });
    expect(answer.status).toBe(202);
    const pushes = await pushesOf(answer.body.id);
    for (const provider of PROVIDERS) {
      const { bytes, payload } = counted(pushes[provider]!);
      expect(bytes).toBe(payloads[provider].bytes);
      expect(Object.keys(payload)).toEqual(Object.keys(payloads[provider].payload));
    }
    for (const provider of ['apns', 'webpush'])
      expect(pushes[provider]!.headers).toMatchObject(payloads[provider].headers);
    const explained = (await stack.push_('GET', `/v1/notifications/${answer.body.id}/explain`)).body.asked;
    expect(explained).toMatchObject({
      template: { id: 'order', version: 1 },
      category: 'orders',
      collapseKey: 'order',
    });
    // What it is filled in with is as personal as the words.
    expect(JSON.stringify(explained)).not.toContain('params');
  });

  it.each([0, 1])('of 4096 bytes and %i more are taken or refused to the byte', async (more) => {
    const body = {
      parameters: { text: { type: 'string', maxLength: 4_000 } },
      defaultLocale: 'ar',
      locales: { ar: { body: '{text}' } },
    };
    await put('edge', body);
    const preview = async (text: string) =>
      (await stack.push_('POST', '/v1/templates/edge/preview', { params: { text } })).body.locales.ar.payloads;
    const sizes = await preview('مx');
    const text = `مx${'x'.repeat(4_096 - Math.max(sizes.apns.bytes, sizes.fcm.bytes) + more)}`;
    const { apns, fcm, webpush } = await preview(text);
    expect({ fits: fcm.fits, bytes: Math.max(apns.bytes, fcm.bytes) }).toEqual({
      fits: more === 0,
      bytes: 4_096 + more,
    });
    const answer = await post({ template: { id: 'edge', params: { text } } });
    expect(answer.status).toBe(more === 0 ? 202 : 422);
    if (more > 0) return;
    const pushes = await pushesOf(answer.body.id);
    expect(PROVIDERS.map((provider) => counted(pushes[provider]!).bytes)).toEqual(
      [apns, fcm, webpush].map(({ bytes }) => bytes),
    );
  });

  it('are refused before anything is stored, each fault by its pointer', async () => {
    await put('order', WORDS);
    const faults: [object, string[]][] = [
      [{ template: { id: 'nothing' } }, ['/template/id']],
      [{ template: { id: 'order', version: 99, params: {} } }, ['/template/version']],
      [
        { template: { id: 'order', params: { text: 7, extra: 'x' } } },
        ['/template/params/extra', '/template/params/text', '/template/params/total'],
      ],
      [{ template: { id: 'order' }, content: { body: 'x' } }, ['/template']],
      [{ template: { id: 'order', params: { text: true } } }, ['/template/params/text']],
      [{}, ['/content']],
      [
        { options: { silent: true }, content: { title: 'x', sound: 'y', data: { a: 'b' } } },
        ['/content/title', '/content/sound'],
      ],
      [{ options: { silent: true }, content: { data: {} } }, ['/content/data']],
      [{ options: { silent: true }, template: { id: 'order' } }, ['/template']],
    ];
    for (const [body, pointers] of faults) {
      const answer = await post(body);
      expect([body, answer.status]).toEqual([body, 422]);
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(pointers);
    }
    const { body } = await stack.push_('POST', '/v1/notifications/batch', {
      notifications: [
        { to: { userId: 'ann' }, template: { id: 'nothing' } },
        { to: { userId: 'ann' }, content: { body: 'x' }, options: { dryRun: true } },
      ],
    });
    expect(
      body.results.map((result: { problem: { errors: { pointer: string }[] } }) => result.problem.errors[0]!.pointer),
    ).toEqual(['/template/id', '/options/dryRun']);
  });

  it('that are gone do not change what an idempotency key was answered', async () => {
    await put('once', { defaultLocale: 'en', locales: { en: { body: 'Once' } } });
    const send = () => post({ template: { id: 'once' } }, { 'idempotency-key': 'k-1' });
    const first = await send();
    await stack.push_('DELETE', '/v1/templates/once');
    const again = await send();
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await post({ template: { id: 'once' } })).status).toBe(422);
  });

  it('that say nothing at all, silent notifications, reach the app alone', async () => {
    const answer = await post({ content: { data: { sync: '7' } }, options: { silent: true, priority: 'bulk' } });
    expect(answer.status).toBe(202);
    const { apns, fcm, webpush } = await pushesOf(answer.body.id);
    expect(apns!.headers).toMatchObject({ 'apns-push-type': 'background', 'apns-priority': '5' });
    expect(apns!.payload).toEqual({ aps: { 'content-available': 1 }, sync: '7', sbx_delivery_id: expect.any(String) });
    expect(fcm!.payload).toMatchObject({ message: { data: { sync: '7' }, android: { priority: 'normal' } } });
    expect(fcm!.payload['message']).not.toHaveProperty('notification');
    expect(webpush).toMatchObject({ headers: { urgency: 'low' }, payload: { data: { sync: '7' } } });
    expect(webpush!.payload).not.toHaveProperty('notification');
  });

  it('are kept, looked at, tried and removed by the client, too', async () => {
    const { urls, app } = stack;
    const { templates, notifications } = new Signalbox({ apiKey: app.secretKey, urls });
    const of = (body: string) => ({ defaultLocale: 'en', locales: { en: { body } } });
    await templates.put('client', of('One'));
    expect(await templates.put('client', of('Two'), { activate: false })).toMatchObject({ version: 2, active: false });
    expect((await templates.preview('client', { version: 2 })).locales['en']!.content).toEqual({ body: 'Two' });
    await templates.activate('client', 2);
    expect(await templates.get('client')).toMatchObject({ version: 2, active: true });
    expect(await templates.get('client', { version: 1 })).toMatchObject({ document: of('One') });
    expect((await templates.versions('client')).items.map(({ version }) => version)).toEqual([2, 1]);
    const dry = await notifications.dryRun({ to: { userId: 'ann' }, template: { id: 'client' } });
    expect(dry).toMatchObject({ template: { id: 'client', version: 2 }, devices: { send: 3 } });
    await templates.remove('client');
    expect((await templates.list({ limit: 100 })).items.map(({ name }) => name)).not.toContain('client');
  });

  it('can be tried on the real phones and rules, which leaves no trace', async () => {
    await put('order', WORDS);
    const etag = '"0"';
    const policy = { categories: { orders: { caps: [{ max: 1, perSeconds: 3_600 }] } } };
    expect((await stack.push_('PUT', '/v1/policy', policy, { 'if-match': etag })).status).toBe(200);
    const request = {
      to: { userIds: ['ann', 'nobody'] },
      template: { id: 'order', params: { text: 'ready', total: { amount: 1, currency: 'JPY' } } },
    };
    const before = (await postgres.database().query(TRACES)).rows;
    const dry = async () => {
      const answer = await post({ ...request, options: { dryRun: true } }, { 'idempotency-key': 'dry' });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const first = await dry();
    expect(first).toMatchObject({
      dryRun: true,
      template: { id: 'order', version: 1 },
      category: 'orders',
      devices: { send: 3, delay: 0, refuse: 0 },
      withoutDevice: ['nobody'],
    });
    expect(first.recipients).toEqual(
      expect.arrayContaining(
        PROVIDERS.map((provider) => ({
          deviceId: expect.any(String),
          userId: 'ann',
          provider,
          outcome: 'send',
          locale: 'ar-EG',
        })),
      ),
    );
    expect(Object.keys(first.locales).toSorted()).toEqual(['ar', 'en']);
    // A cap of one, and it is still not used up.
    expect((await dry()).devices).toEqual(first.devices);
    expect((await postgres.database().query(TRACES)).rows).toEqual(before);

    await pushesOf((await post(request)).body.id);
    const capped = await dry();
    expect(capped.devices).toEqual({ send: 0, delay: 0, refuse: 3 });
    expect(capped.recipients[0]).toMatchObject({
      outcome: 'refuse',
      reason: 'frequency_cap',
      rule: expect.stringContaining('orders'),
    });
    expect(
      (await post({ content: { body: 'x' }, options: { dryRun: true } })).body.locales['*'].payloads.apns.bytes,
    ).toBeGreaterThan(50);
  });
});
