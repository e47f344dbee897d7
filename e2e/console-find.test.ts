import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { migrateQueueBackend } from '@signalbox/queues';
import {
  type Browser,
  type BrowserContext,
  type BrowserPage,
  describeInChromium,
  eventually,
  startChromium,
  usePostgres,
} from '@signalbox/testing';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { goodToken, type Stack, startStack } from './stack.js';

/** What a page would run that an attacker had got something into. */
const INTRUDER = `(async () => {
  const violations = [];
  const all = new Promise((resolve) =>
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective) === 3 && resolve()));
  const image = document.createElement('img');
  image.src = 'http://127.0.0.2:9/pixel.png';
  document.body.append(image);
  const script = document.createElement('script');
  script.textContent = 'globalThis.injected = true';
  document.body.append(script);
  await fetch('http://127.0.0.2:9/').catch(() => undefined);
  await all;
  return { violations, injected: 'injected' in globalThis };
})()`;

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 60_000;
jest.setTimeout(PATIENCE);

describeInChromium('an operator who asks why a user did not get a push', () => {
  afterAll(async () => {
    await Promise.all([browser.close(), operators.stop()]);
    await stack.stop();
  });
  const postgres = usePostgres();
  let stack: Stack;
  let operators: ConsoleOnStage;
  let browser: Browser;
  let context: BrowserContext;
  let page: BrowserPage;
  /** Whatever the browser asked another origin for. */
  let foreign: string[];

  beforeAll(async () => {
    await migrateQueueBackend(postgres.url());
    stack = await startStack({ databaseUrl: postgres.url() });
    [operators, browser] = await Promise.all([startConsoleOver(stack), startChromium()]);
  }, 120_000);

  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1_280, height: 860 } });
    context.setDefaultTimeout(PATIENCE / 4);
    page = await context.newPage();
    foreign = [];
    page.on('request', (request) => {
      if (
        !/^(data:|http:\/\/127\.0\.0\.1:)/.test(request.url()) ||
        !request.url().includes(new URL(operators.url).port)
      ) {
        if (!request.url().startsWith('data:')) foreign.push(request.url());
      }
    });
    await page.goto(`${operators.url}/login`);
    await page.fill('#password', OPERATOR_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${operators.url}/`);
  });
  afterEach(async () => {
    await context.close();
    expect(foreign).toEqual([]);
  });

  /** Sends to a user and waits until it has come to its end. */
  async function send(userId: string, status: string): Promise<string> {
    const request = { to: { userId }, content: { title: 'Hello', body: 'words of the app' } };
    const { id } = (await stack.push_('POST', '/v1/notifications', request)).body as { id: string };
    await eventually(
      async () => expect((await stack.push_('GET', `/v1/notifications/${id}`)).body).toMatchObject({ status }),
      { within: 20_000 },
    );
    return id;
  }

  /** From the start page, so that it is seen to lead elsewhere. */
  async function find(text: string): Promise<void> {
    await page.goto(`${operators.url}/`);
    await page.keyboard.press('/');
    await page.keyboard.type(text);
    const from = page.url();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href !== from);
  }
  const heading = () => page.textContent('h1');

  it('comes from the id of the user to the reason with one search and one click', async () => {
    const token = `bad0bad0${randomBytes(28).toString('hex')}`;
    await stack.registerDevice(stack.app, { installation: 'ann-phone', user: 'ann', token });
    const id = await send('ann', 'failed');
    await find('ann');
    expect(await heading()).toBe('ann');
    expect(await page.textContent('tbody .chip')).toContain('suspect: BadDeviceToken');
    await page.click('tbody a:has(.chip)');
    await page.waitForURL(`${operators.url}/notifications/${id}`);
    expect(await page.textContent('.answer')).toContain('BadDeviceToken');
    const story = await page.textContent('.timeline');
    expect(story).toContain('delivery.suspect');
    // What the provider answered, as it came; and nothing of what the app said to its user.
    await page.click('summary');
    expect(await page.innerText('.timeline pre')).toContain('"reason": "BadDeviceToken"');
    expect(await page.content()).not.toContain('words of the app');
  });

  it('finds a user whom no device was ever registered for, and one by the name of the phone', async () => {
    await send('nobody@example.com', 'undeliverable');
    await find('nobody@example.com');
    expect(await page.textContent('tbody .chip')).toBe('no phone: no_active_device');
    await stack.registerDevice(stack.app, { installation: 'cid-phone', user: 'cid', token: goodToken() });
    const id = await send('cid', 'sent');
    await find('cid-phone');
    expect(await heading()).toBe('cid-phone');
    expect(await page.textContent('.answer')).toContain('It gets notifications.');
    await page.click('tbody a:has(.chip)');
    await page.waitForURL(`${operators.url}/notifications/${id}`);
  });

  it('finds the story by the id of a delivery, and by the apns-id that Apple was given', async () => {
    await stack.registerDevice(stack.app, { installation: 'dan-phone', user: 'dan', token: goodToken() });
    const id = await send('dan', 'sent');
    const { deliveries } = (await stack.push_('GET', `/v1/notifications/${id}/deliveries`)).body as {
      deliveries: { id: string }[];
    };
    const received = stack.received().at(-1)!;
    for (const name of [deliveries[0]!.id, received.headers['apns-id']!]) {
      await find(name);
      expect(await heading()).toBe(id);
    }
  });

  it('says what can be looked for when nothing has that name', async () => {
    await find('who is that');
    expect(await page.textContent('main')).toContain('Nothing here is called who is that');
  });

  it('sees what happens while it happens', async () => {
    await page.goto(`${operators.url}/events?type=notification.*`);
    const id = await send('eve', 'undeliverable');
    await page.waitForSelector(`tbody[data-tail] tr:has-text("${id}"):has-text("notification.undeliverable")`);
    const rows = await page.$$eval('tbody tr', (all) =>
      all.map((row) => (row as unknown as { dataset: { id: string } }).dataset.id),
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('has pages that reach no other origin, even when something in them tries', async () => {
    const blocked = await page.evaluate<{ violations: string[]; injected: boolean }>(INTRUDER);
    expect(blocked.violations.toSorted()).toEqual(['connect-src', 'img-src', 'script-src-elem']);
    expect(blocked.injected).toBe(false);
    foreign = [];
  });
});
