import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import {
  type Browser,
  type BrowserContext,
  type BrowserPage,
  describeInChromium,
  eventually,
  startChromium,
} from '@signalbox/testing';
import { CALLBACK } from '../../sign-in.harness.js';
import { useSocial } from '../social.harness.js';

/** Milliseconds; a browser beside other tests is slow. */
const PATIENCE = 60_000;

// What is special about a browser here: which cookies it sends along when another site leads back, by a link or by a form.
describeInChromium('a provider in a browser', () => {
  afterAll(() => browser.close());
  const social = useSocial();
  jest.setTimeout(PATIENCE);
  let browser: Browser;
  let context: BrowserContext;
  let page: BrowserPage;
  /** Where the browser was sent last that is no web page: the app. */
  let opened: string | undefined;

  beforeAll(async () => {
    browser = await startChromium([`--host-resolver-rules=MAP auth.test:80 ${social.host()}`]);
  });
  beforeEach(async () => {
    context = await browser.newContext({ locale: 'en-GB' });
    context.setDefaultTimeout(PATIENCE / 4);
    page = await context.newPage();
    page.on('request', (request) => {
      if (request.url().startsWith('com.example.app:')) opened = request.url();
    });
    page.on('response', (response) => {
      const location = response.headers()['location'];
      if (location?.startsWith(CALLBACK) === true) opened = location;
    });
  });
  afterEach(() => context.close());

  async function toTheChooser(button: string): Promise<void> {
    opened = undefined;
    const app = await social.newAppWithProviders();
    await page.goto(social.visitor(app).phone.authorizeUrl());
    await page.getByRole('link', { name: button }).click();
  }

  it.each(['Continue with Google', 'Continue with Apple', 'Continue with Acme'])(
    '"%s" leads back signed in',
    async (button) => {
      await toTheChooser(button);
      await page.getByRole('button', { name: /^Ann Archer/ }).click();
      await page.getByRole('button', { name: /^Continue/ }).click();
      await eventually(() => expect(opened).toMatch(/[?&]code=/));
    },
  );

  it('whoever hides their address at Apple is asked, and goes on', async () => {
    await toTheChooser('Continue with Apple');
    await page.getByRole('button', { name: /^Cleo Carter/ }).click();
    await page.getByRole('heading', { name: 'Do you have an account already?' }).waitFor();
    await page.getByRole('button', { name: 'I am new here' }).click();
    await page.getByRole('button', { name: /^Continue/ }).click();
    await eventually(() => expect(opened).toMatch(/[?&]code=/));
  });

  it('whoever goes back over there is at the sign-in page again, which says so', async () => {
    await toTheChooser('Continue with Apple');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').filter({ hasText: 'Apple' }).waitFor();
    expect(await page.getByLabel('Password').isVisible()).toBe(true);
  });
});
