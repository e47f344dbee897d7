import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { migrateQueueBackend } from '@signalbox/queues';
import { type Browser, describeInChromium, eventually, startChromium, usePostgres } from '@signalbox/testing';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { goodToken, type Stack, startStack } from './stack.js';

/** For people to look at after a run. */
const FOLDER = join(import.meta.dirname, '../.ci/out/screenshots');

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 60_000;
jest.setTimeout(PATIENCE);

/** Wider than the window is what a person would have to scroll sideways for. */
const OVERFLOW = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

/** What the keyboard has reached, and whether one sees it. */
const FOCUS = `({
  what: document.activeElement.getAttribute('href') ?? document.activeElement.name ?? document.activeElement.tagName,
  ring: getComputedStyle(document.activeElement).outlineStyle,
})`;

describeInChromium('the console as one sees it', () => {
  afterAll(async () => {
    await Promise.all([browser.close(), operators.stop()]);
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  let stack: Stack;
  let operators: ConsoleOnStage;
  let browser: Browser;
  let pages: Readonly<Record<'overview' | 'providers' | 'timeline' | 'dead-letters', string>>;

  beforeAll(async () => {
    mkdirSync(FOLDER, { recursive: true });
    await migrateQueueBackend(postgres.url());
    stack = await startStack({ databaseUrl: postgres.url() });
    [operators, browser] = await Promise.all([startConsoleOver(stack), startChromium()]);
    const story = await makeHistory();
    pages = {
      overview: '/',
      providers: '/providers',
      timeline: `/notifications/${story}`,
      'dead-letters': '/dead-letters',
    };
  }, 120_000);

  const android = (user: string, token: string) =>
    stack.push_('PUT', `/v1/devices/${user}`, {
      userId: user,
      platform: 'android',
      target: { kind: 'fcm_token', token },
    });
  const send = (user: string, options: object = {}) => ({ to: { userId: user }, content: { body: 'x' }, options });

  /** Some phones that are well, one that is gone, and some that die of what their provider answers. @returns a story to tell. */
  async function makeHistory(): Promise<string> {
    const [well, gone] = [goodToken(), `deaddead${goodToken().slice(8)}`];
    await stack.registerDevice(stack.app, { installation: 'well', user: 'well', token: well });
    await stack.registerDevice(stack.app, { installation: 'gone', user: 'both', token: gone });
    await stack.registerDevice(stack.app, { installation: 'flaky', user: 'both', token: well.replace(/^11/, '12') });
    for (const [user, prefix] of [
      ['gateway', 'e502e502'],
      ['busy', 'e503e503'],
    ] as const) {
      await android(user, `${prefix}${goodToken().slice(8)}`);
    }
    expect((await stack.push_('PUT', '/v1/categories/once', { guarantee: 'at-most-once' })).status).toBeLessThan(300);
    const once = { category: 'once' };
    const lines = Array.from({ length: 120 }, (_, place) =>
      place % 30 === 7 ? send('gateway', once) : place % 40 === 9 ? send('busy', once) : send('well'),
    );
    await stack.push_('POST', '/v1/notifications/batch', { notifications: lines });
    const { body } = await stack.push_('POST', '/v1/notifications', send('both'));
    await eventually(
      async () => expect((await stack.push_('GET', '/v1/dead-letters/groups')).body.groups).toHaveLength(2),
      { within: 30_000 },
    );
    const [breakersUrl, key] = [`${stack.urls.push}/v1/breakers`, stack.env.OPERATOR_TOKEN!];
    const { breakers } = (await stack.call('GET', breakersUrl, { key })).body;
    const fcm = (breakers as { provider: string; credentialId: string }[]).find(({ provider }) => provider === 'fcm')!;
    const isolated = { position: 'open', reason: 'Google says it has an incident' };
    await stack.call('PUT', `${breakersUrl}/${fcm.credentialId}`, { key, body: isolated });
    await eventually(
      async () => expect((await postgres.database().query('SELECT FROM push_figure')).rowCount).toBeGreaterThan(2),
      { within: 25_000 },
    );
    return body.id as string;
  }

  async function open(colorScheme: 'dark' | 'light', width = 1_280) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, deviceScaleFactor: 1 });
    context.setDefaultTimeout(PATIENCE / 4);
    const page = await context.newPage();
    await page.goto(`${operators.url}/login`);
    await page.fill('#password', OPERATOR_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${operators.url}/`);
    return { context, page };
  }

  it.each(['light', 'dark'] as const)('is kept as pictures, %s', async (colorScheme) => {
    const { context, page } = await open(colorScheme);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(operators.url + path);
      expect([name, await page.evaluate<number>(OVERFLOW)]).toEqual([name, 0]);
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`), fullPage: true });
    }
    await context.close();
  });

  it('fits a phone', async () => {
    const { context, page } = await open('light', 390);
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(operators.url + path);
      expect([name, await page.evaluate<number>(OVERFLOW)]).toEqual([name, 0]);
    }
    await page.goto(operators.url);
    await page.screenshot({ path: join(FOLDER, 'overview-phone.png'), fullPage: true });
    await context.close();
  });

  it('is walked through by keys, first past what every page has, and one sees where one is', async () => {
    const { context, page } = await open('light');
    await page.goto(`${operators.url}/dead-letters`);
    const walked: { what: string; ring: string }[] = [];
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press('Tab');
      walked.push(await page.evaluate(FOCUS));
    }
    expect(walked.map(({ what }) => what)).toEqual([
      '#main',
      '/',
      '/',
      '/providers',
      '/events',
      '/dead-letters',
      '/broadcasts',
      '/keys',
      '/webhooks',
      '/checks',
      '/queues',
      'q',
    ]);
    expect(walked.filter(({ ring }) => ring !== 'solid')).toEqual([]);
    await context.close();
  });

  it('shows what happens on an overview that is open, without being asked', async () => {
    const { context, page } = await open('light');
    const accepted = () => page.textContent('[data-live] .figure b');
    const before = Number(await accepted());
    await page.evaluate('document.activeElement.blur()');
    await stack.push_('POST', '/v1/notifications', send('well'));
    await eventually(async () => expect(Number(await accepted())).toBeGreaterThan(before), { within: 30_000 });
    await context.close();
  });
});
