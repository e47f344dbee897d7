import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { migrateQueueBackend } from '@signalbox/queues';
import {
  type Browser,
  type BrowserContext,
  type BrowserPage,
  describeInChromium,
  eventually,
  startChromium,
  startWebhookReceiver,
  usePostgres,
  type WebhookReceiver,
} from '@signalbox/testing';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { type Stack, startStack } from './stack.js';
import { openTill, type Till } from './till.js';

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 60_000;
jest.setTimeout(PATIENCE);

describeInChromium('an operator who looks through lists', () => {
  afterAll(async () => {
    await Promise.all([browser.close(), operators.stop(), receiver.close()]);
    await till.shop.payments.stop();
    await stack.stop();
  });
  const postgres = usePostgres();
  let stack: Stack;
  let till: Till;
  let receiver: WebhookReceiver;
  let operators: ConsoleOnStage;
  let browser: Browser;
  let context: BrowserContext;
  let page: BrowserPage;

  beforeAll(async () => {
    await migrateQueueBackend(postgres.url());
    const eventsEnv = { WEBHOOK_ALLOW_PRIVATE: 'true' };
    stack = await startStack({ databaseUrl: postgres.url(), withEvents: true, eventsEnv });
    const consoleEnv = { EVENTS_URL: stack.urls.events, SANDBOX_URL: stack.urls.control };
    [till, receiver, operators, browser] = await Promise.all([
      openTill(stack),
      startWebhookReceiver(),
      startConsoleOver(stack, consoleEnv),
      startChromium(),
    ]);
  }, 120_000);

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1_280, height: 860 } });
    context.setDefaultTimeout(PATIENCE / 4);
    page = await context.newPage();
    await page.goto(`${operators.url}/login`);
    await page.fill('#password', OPERATOR_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${operators.url}/`);
  });
  afterEach(() => context.close());

  const main = async () => (await page.textContent('main'))!;
  /** Reloads until the page says so. */
  const untilItSays = (what: string | RegExp) =>
    eventually(
      async () => {
        await page.reload();
        expect(await main()).toMatch(what);
      },
      { within: 20_000 },
    );
  const press = async (button: string, said: string) => {
    await page.click(`button:has-text("${button}")`);
    await page.waitForSelector(`.message:has-text("${said}")`);
  };
  const find = async (text: string) => {
    await page.goto(`${operators.url}/find?q=${encodeURIComponent(text)}`);
  };

  it('sees what an API key was used for last, and never the key', async () => {
    const refused = { to: { userId: 'ann' }, content: {} };
    expect((await stack.push_('POST', '/v1/notifications', refused)).status).toBe(422);
    expect((await stack.push_('GET', '/v1/users/ann-the-secret/devices')).status).toBe(200);
    await page.click('nav.places a:has-text("API keys")');
    await page.click('tbody a:has-text("tests")');
    await untilItSays(/422 invalid_request/);
    const said = await main();
    expect(said).toContain('POST /v1/notifications');
    expect(said).toContain('GET /v1/users/:userId/devices');
    expect(said).toContain('127.0.0.0/24');
    const content = await page.content();
    for (const secret of [stack.app.secretKey, stack.app.secretKey.slice(15), 'ann-the-secret'])
      expect(content).not.toContain(secret);
  });

  it('sees what a webhook endpoint answers, tries it, turns it off and on, and has sent again what failed', async () => {
    let status = 500;
    receiver.script('/hook', () => ({ status, body: 'out of order' }));
    const made = await stack.call('POST', `${stack.urls.events}/v1/webhook-endpoints`, {
      key: stack.app.secretKey,
      body: { url: `${receiver.url}/hook`, description: 'of the shop', eventTypes: ['schedule.missed'] },
    });
    expect(made.status).toBe(201);
    await page.goto(`${operators.url}/webhooks`);
    await page.click('tbody a:has-text("/hook")');
    await press('Send a test event', 'A test event is on its way');
    await untilItSays(/retrying/);
    expect(await main()).toContain('out of order');
    expect(await main()).toMatch(/has taken nothing since/);
    status = 204;
    await page.click('tbody button');
    await page.waitForSelector('.message:has-text("is sent again, under the same webhook-id")');
    await untilItSays(/delivered/);
    await press('Disable', 'It is disabled');
    expect(await main()).toContain('It gets nothing: somebody asked for it');
    await press('Enable', 'It gets events again');
    await press('Send again what failed or was never sent', 'is sent now, 20 a second');
    await find((made.body as { id: string }).id);
    expect(await page.textContent('h1')).toContain('/hook');
  });

  it('pauses a broadcast, lets it go on, and cancels it', async () => {
    const sendAt = new Date(Date.now() + 86_400_000).toISOString();
    const request = { to: { everyone: true }, content: { body: 'sale' }, options: { sendAt } };
    const { id } = (await stack.push_('POST', '/v1/broadcasts', request)).body as { id: string };
    await page.click('nav.places a:has-text("Broadcasts")');
    expect(await main()).toContain('everyone');
    await page.click(`tbody a[href="/broadcasts/${id}"]`);
    await press('Pause', 'It is paused');
    expect(await page.textContent('.answer .chip')).toBe('paused');
    await press('Resume', 'It goes on');
    expect(await page.textContent('.answer .chip')).toBe('scheduled');
    await press('Cancel for good', 'It is cancelled');
    expect(await page.textContent('.answer .chip')).toBe('cancelled');
    expect(await page.$$('.actions button')).toEqual([]);
    expect(await page.content()).not.toContain('sale');
  });

  it('has the stand-ins fail and behave again', async () => {
    const behaviour = async (name: string) =>
      (await stack.call('GET', `${stack.urls.control}/v1/${name}/behaviour`)).body as unknown;
    await page.click('nav.links a:has-text("Sandbox")');
    expect(await main()).toContain('no real provider');
    for (const name of ['apns', 'fcm', 'webpush']) {
      const form = `form[action="/sandbox/${name}"]`;
      await page.fill(`${form} [name=status]`, '503');
      await page.fill(`${form} [name=percent]`, '25');
      await page.fill(`${form} [name=latencyMs]`, '40');
      await page.click(`${form} button`);
      await page.waitForSelector('.message:has-text("behaves so from now on")');
      expect(await behaviour(name)).toMatchObject({ status: 503, share: 0.25, latencyMs: 40, blackhole: false });
      await page.click(`form[action="/sandbox/${name}/as-usual"] button`);
      await page.waitForSelector('.message:has-text("behaves as usual")');
      expect(await behaviour(name)).toMatchObject({ share: 1 });
      expect(await behaviour(name)).not.toHaveProperty('status');
    }
    const stripe = 'form[action="/sandbox/stripe"]';
    await page.check(`${stripe} [name=blackhole]`);
    await page.click(`${stripe} button`);
    await page.waitForSelector('.message:has-text("behaves so from now on")');
    expect(await behaviour('stripe')).toMatchObject({ blackhole: true });
    await page.click('form[action="/sandbox/stripe/as-usual"] button');
    await page.waitForSelector('.message:has-text("behaves as usual")');
    expect(await behaviour('stripe')).toMatchObject({ blackhole: false });
    const token = 'ab'.repeat(32);
    await page.fill('form[action="/sandbox/tokens"] [name=token]', token);
    await page.click('form[action="/sandbox/tokens"] button');
    await page.waitForSelector('.message:has-text("is answered 410")');
    const { body } = await stack.call('GET', `${stack.urls.control}/v1/apns/tokens/${token}`);
    expect(body).toMatchObject({ outcome: { status: 410 } });
  });

  it('comes from an id of Stripe’s to the story of the payment', async () => {
    const { paymentId, intent, customer, orderId } = await till.paid();
    await eventually(
      async () => {
        const { body } = await till.backend('GET', `/v1/payments/${paymentId}`);
        expect(body).toMatchObject({ status: 'succeeded' });
      },
      { within: 20_000 },
    );
    await find(intent);
    expect(await page.textContent('h1')).toBe(paymentId);
    expect(await page.textContent('.answer .chip')).toBe('succeeded');
    await untilItSays(/ledger: /);
    const story = (await page.textContent('.timeline'))!;
    for (const part of ['open.asked', 'open.done', 'payment_intent.succeeded', 'charge.succeeded', 'payment.succeeded'])
      expect(story).toContain(part);
    expect(await main()).toContain(orderId);
    // Its parts and what was told of it lead here as well.
    const charge = /ch_[A-Za-z0-9]+/.exec(await main())![0];
    const event = /told\s+(evt_\w+)/.exec(story)![1]!;
    for (const id of [charge, event, paymentId]) {
      await find(id);
      expect([id, await page.textContent('h1')]).toEqual([id, paymentId]);
    }
    // The customer is the user ann, and an object of its own.
    await find(customer);
    expect(await main()).toMatch(/user|ann/);
    await find('pi_thisonenobodyhasheardof');
    expect(await main()).toContain('Nothing here is called');
  });
});
