import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type Browser,
  type BrowserPage,
  describeInChromium,
  eventually,
  startChromium,
  usePostgres,
  useRedis,
} from '@signalbox/testing';
import { SignJWT } from 'jose';
import { type Stack, startStack } from './stack.js';

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 30_000;
jest.setTimeout(PATIENCE);

interface Subscription {
  readonly token: string;
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Real processes: auth, push, and the sandbox, whose push service reads what it is given as a browser would. */
describe('Web Push', () => {
  let stack: Stack;
  let publishableKey: string;
  let userTokenSecret: string;
  let publicKey: string;
  afterAll(() => stack.stop());
  const redis = useRedis();
  const postgres = usePostgres();
  beforeAll(async () => {
    const pushEnv = { PUSH_ROLES: 'api,route,webpush' };
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url(), pushEnv });
    const asOperator = (method: string, path: string, body: unknown) =>
      stack.call(method, `${stack.urls.auth}${path}`, { key: stack.env['OPERATOR_TOKEN'] ?? '', body });
    const { body: credential } = await stack.call('GET', `${stack.urls.control}/v1/webpush/credential`);
    const { id } = stack.app;
    expect((await asOperator('PUT', `/v1/apps/${id}/credentials/webpush`, credential)).status).toBe(200);
    const made = await asOperator('POST', '/v1/api-keys', { appId: id, kind: 'publishable', name: 'page' });
    ({ key: publishableKey, userTokenSecret } = made.body);
    const asked = await stack.call('GET', `${stack.urls.push}/v1/webpush/public-key`, { key: publishableKey });
    publicKey = asked.body.publicKey;
    expect(publicKey).toBe(credential.publicKey);
  }, 2 * PATIENCE);

  async function subscribe(installation: string, user: string, prefix = 'br'): Promise<Subscription> {
    const wanted = { applicationServerKey: publicKey, prefix };
    const { body } = await stack.call('POST', `${stack.urls.control}/v1/webpush/subscriptions`, { body: wanted });
    const { endpoint, keys } = body as Subscription;
    const target = { kind: 'webpush', endpoint, ...keys };
    const device = { userId: user, platform: 'web', target };
    expect((await stack.push_('PUT', `/v1/devices/${installation}`, device)).status).toBe(201);
    return body as Subscription;
  }

  async function send(to: object, content: object = { title: 'Hi', body: 'from afar' }, options = {}): Promise<string> {
    const { status, body } = await stack.push_('POST', '/v1/notifications', { to, content, options });
    expect(status).toBe(202);
    return body.id as string;
  }

  const ends = (id: string, state: string) =>
    eventually(
      async () => {
        const { deliveries } = (await stack.push_('GET', `/v1/notifications/${id}/deliveries`)).body;
        expect(deliveries).toMatchObject([{ provider: 'webpush', state }]);
      },
      { within: 10_000 },
    );
  const requestsOf = async ({ token }: Subscription) =>
    (await stack.call('GET', `${stack.urls.control}/v1/webpush/requests?token=${token}`)).body.requests;

  it('reaches a browser, which alone can read it', async () => {
    const subscription = await subscribe('laptop', 'ann');
    const content = { title: 'Grüße', body: 'שלום 😀', data: { order: '7' } };
    const id = await send({ userId: 'ann' }, content, { priority: 'bulk', collapseKey: 'order-7' });
    await ends(id, 'sent');
    const [request, ...more] = await requestsOf(subscription);
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      headers: { urgency: 'normal', topic: 'order-7' },
      payload: { notification: { title: 'Grüße', body: 'שלום 😀' }, tag: 'order-7', data: { order: '7' } },
      publicKey,
    });
  });

  it('deletes a browser whose subscription has ended, and says so', async () => {
    await subscribe('gone', 'bob', 'deaddead');
    await ends(await send({ userId: 'bob' }), 'gone');
    const { body } = await stack.push_('GET', '/v1/devices/gone');
    expect(body).toMatchObject({ status: 'deleted', statusReason: 'status 410', statusBy: 'provider' });
    expect(body.hint).toContain('subscription has ended');
  });

  it('makes one suspect that does not take our key, and says what helps', async () => {
    await subscribe('old-key', 'cleo', 'bad1bad1');
    await ends(await send({ userId: 'cleo' }), 'suspect');
    const { body } = await stack.push_('GET', '/v1/devices/old-key');
    expect(body).toMatchObject({ status: 'suspect', hint: expect.stringContaining('/v1/webpush/public-key') });
  });

  it('comes again when the push service asks for it, under the same id', async () => {
    const subscription = await subscribe('busy', 'dan', 'f1a1f1a1');
    await ends(await send({ userId: 'dan' }), 'sent');
    const requests = await requestsOf(subscription);
    expect(requests.map(({ answer }: { answer: { status: number } }) => answer.status)).toEqual([429, 201]);
    const ids = requests.map(({ payload }: { payload: { data: object } }) => Object.values(payload.data)[0]);
    expect(new Set(ids).size).toBe(1);
  });

  it('refuses what would not fit, with the size that a browser would get', async () => {
    const content = { data: { a: 'x'.repeat(3_940) }, title: 'T' };
    const { status, body } = await stack.push_('POST', '/v1/notifications', { to: { userId: 'ann' }, content });
    expect(status).toBe(422);
    expect(body.errors[0].reason).toContain('delivered');
  });

  describeInChromium('in a browser', () => {
    let browser: Browser;
    let page: BrowserPage;
    const faults: string[] = [];
    afterAll(() => browser.close());
    beforeAll(async () => {
      browser = await startChromium();
      const context = await browser.newContext();
      context.setDefaultTimeout(PATIENCE / 2);
      await context.grantPermissions(['notifications'], { origin: stack.urls.control });
      page = await context.newPage();
      page.on('pageerror', (error) => faults.push(error.message));
      const token = await new SignJWT({ sub: 'eve' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(userTokenSecret));
      const who = { key: publishableKey, user: 'eve', token, installation: 'my-browser' };
      const fields = { push: stack.urls.push, ...who };
      await page.goto(`${stack.urls.control}/web-push?${new URLSearchParams(fields).toString()}`);
      await page.getByLabel('Take a subscription of the sandbox').check();
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.getByRole('status').filter({ hasText: 'Registered' }).waitFor();
    }, PATIENCE);

    const shown = () =>
      page.evaluate<{ title: string; body: string; tag: string }[]>(`navigator.serviceWorker.ready
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`);

    it('the page of the sandbox subscribes and registers across origins, and its service worker shows what is sent', async () => {
      const id = await send({ installationId: 'my-browser' });
      await ends(id, 'delivered');
      const item = page.getByRole('listitem').filter({ hasText: 'from afar' });
      await item.waitFor();
      const { data } = JSON.parse((await item.textContent()) ?? '') as { data: { sbx_delivery_id: string } };
      expect(await shown()).toEqual([{ title: 'Hi', body: 'from afar', tag: data.sbx_delivery_id }]);
    });

    it('its service worker says, across origins, that it has it and what the user did with it', async () => {
      const id = await send({ userId: 'eve' }, { title: 'Said' });
      const counts = (expected: object) =>
        eventually(
          async () => {
            const { body } = await stack.push_('GET', `/v1/notifications/${id}/receipts?by=day`);
            expect(body.total).toEqual(expected);
          },
          { within: 10_000 },
        );
      await counts({ delivered: 1, opened: 0, dismissed: 0 });
      // What a user does with it, which no page can do; its waitUntil takes no event that a script made.
      const [worker] = page.context().serviceWorkers();
      for (const what of ['notificationclose', 'notificationclick']) {
        await worker!.evaluate(`self.registration.getNotifications().then((all) => {
          const notification = all.find(({ title }) => title === 'Said');
          self.dispatchEvent(Object.assign(new NotificationEvent('${what}', { notification }), { waitUntil() {} }));
        })`);
      }
      await counts({ delivered: 1, opened: 1, dismissed: 1 });
    });

    it('a push that the browser is given by a push service is shown once, however often it comes', async () => {
      const session = await page.context().newCDPSession(page);
      const registered = Promise.withResolvers<string>();
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [first] = registrations;
        if (first) registered.resolve(first.registrationId);
      });
      await session.send('ServiceWorker.enable');
      const registrationId = await registered.promise;
      const deliver = (title: string, id: string) =>
        session.send('ServiceWorker.deliverPushMessage', {
          origin: stack.urls.control,
          registrationId,
          data: JSON.stringify({ notification: { title }, data: { sbx_delivery_id: id } }),
        });
      for (const [title, id] of [
        ['once', 'd1'],
        ['once', 'd1'],
        ['last', 'd2'],
      ] as const)
        await deliver(title, id);
      await page.getByRole('listitem').filter({ hasText: 'last' }).waitFor();
      expect(await page.getByRole('listitem').filter({ hasText: 'once' }).count()).toBe(1);
      expect((await shown()).map(({ title }) => title)).toEqual(expect.arrayContaining(['once', 'last']));
      expect(faults).toEqual([]);
    });
  });
});
