import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identityOf } from '@signalbox/embedded-postgres';
import { type RunningProcess, eventually, startProcess } from '@signalbox/testing';
import { describeContracts } from './contracts.js';
import { describeDoctor } from './doctor-visit.js';
import { freeBlock } from './free-block.js';
import { describeMonitoring } from './monitoring.js';
import { Browser } from './sign-in-browser.js';
import { describeUnmodifiedClients } from './unmodified-clients.js';
import { describeUnusualSignIns } from './unusual-sign-ins.js';

interface Local {
  readonly urls: Record<'auth' | 'payments' | 'push' | 'events' | 'console' | 'sandbox', string>;
  readonly operatorToken: string;
  readonly operators: Readonly<Record<'email' | 'password', string>>;
  readonly demo: Readonly<Record<'appId' | 'clientId' | 'secretKey', string>>;
}

interface Note {
  readonly launcher: { readonly pid: number };
  readonly children: Record<string, { readonly pid: number }>;
}

/**
 * What `npm start` does once everything is built, in a folder and on ports of its own. It takes seconds to start, so whatever needs all of
 * it is seen to here.
 */
describe('the local Signalbox', () => {
  let root: string;
  let env: Readonly<Record<string, string | undefined>>;
  let launcher: RunningProcess;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'signalbox-start-'));
    // As a clone usually is; root's Postgres runs as another user, who must get in.
    chmodSync(root, 0o755);
    env = { SIGNALBOX_DIR: join(root, 'state'), PORT_BASE: String(await freeBlock()), REDIS_URL: undefined };
    launcher = await startProcess({
      entry: 'apps/launcher/dist/main.js',
      env,
      ready: { line: (line) => line === 'Signalbox is ready.' },
      within: 90_000,
    });
  }, 100_000);
  afterAll(async () => {
    await launcher.stop();
    rmSync(root, { recursive: true });
  }, 30_000);

  const read = <Content>(name: string): Content =>
    JSON.parse(readFileSync(join(root, 'state', name), 'utf8')) as Content;
  const local = (): Local => read('local.json');
  const note = (): Note => read('running.json');
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const { urls, demo } = local();
    const headers = { authorization: `Bearer ${demo.secretKey}`, 'content-type': 'application/json' };
    return fetch(`${urls.push}${path}`, { ...init, headers });
  };
  const send = async (): Promise<string> => {
    const body = JSON.stringify({ to: { userId: 'demo-user' }, content: { title: 'Hello' } });
    const response = await call('/v1/notifications', { method: 'POST', body });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  };
  const isSent = async (id: string): Promise<void> => {
    const answer = await (await call(`/v1/notifications/${id}`)).json();
    expect(answer).toMatchObject({ status: 'sent', deliveries: { sent: 3 } });
  };
  /** `npm run demo -- ...` once everything is built; resolves when it has ended. */
  const runDemo = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const ready = { line: (line: string) => line.startsWith('A demo: ') };
    const entry = 'apps/launcher/dist/main.js';
    const demo = await startProcess({ entry, args: ['demo', ...args], env, ready, within: 60_000 });
    return { code: (await demo.exited()).code, output: demo.output() };
  };

  it('has a first admin, who signs in to the console with an account', async () => {
    const { urls, operators } = local();
    const browser = new Browser();
    await browser.open(`${urls.console}/login/start`);
    await browser.submit('/login', operators);
    if (!browser.text.includes('You are signed in.')) await browser.submit('/consent');
    await browser.open(`${urls.console}/`);
    expect(browser.text).toMatch(new RegExp(`${operators.email}\\s*<span class="quiet">admin`));
  });

  it('takes a notification with the demo key and shows it to all three sandbox phones within two seconds', async () => {
    const id = await send();
    await eventually(() => isSent(id), { within: 2_000 });
    /** What went to phones: credentials are tried by the clock, with dry runs that the sandbox hears of, too. */
    const received = async (provider: string): Promise<{ headers: Record<string, string> }[]> => {
      const response = await fetch(`${local().urls.sandbox}/v1/${provider}/requests?limit=10`);
      const { requests } = (await response.json()) as { requests: { headers: Record<string, string> }[] };
      return requests.filter((request) => !JSON.stringify(request).includes('Dry run'));
    };
    const byApple = await received('apns');
    expect(byApple).toHaveLength(2);
    for (const { headers } of byApple) {
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(['apns-topic', 'apns-push-type', 'apns-priority', 'apns-id', 'apns-expiration']),
      );
    }
    expect(await received('fcm')).toHaveLength(1);
  });

  it('prints a curl line that works when it is pasted', () => {
    const line = launcher
      .output()
      .split('\n')
      .find((candidate) => candidate.startsWith('curl -sS -i'));
    expect(line).toContain(
      `${local().urls.push}/v1/notifications -H 'Authorization: Bearer ${local().demo.secretKey}'`,
    );
  });

  it('has the phones hear of a payment that fails at the Stripe of the sandbox, by the curl lines that it prints', async () => {
    const lines = launcher.output().split('\n');
    const { urls, demo } = local();
    const [, url, body] = /^curl -sS (\S+\/v1\/stripe\/payments) .* -d '(.*)'$/.exec(
      lines.find((line) => line.includes('/v1/stripe/payments'))!,
    )!;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url!, { method: 'POST', headers, body: body! })).status).toBe(201);
    const [, told] = /^curl -sS '(\S+\/v1\/payments\S*)'/.exec(lines.find((line) => line.includes('/v1/payments'))!)!;
    await eventually(async () => {
      const answer = await fetch(told!, { headers: { authorization: `Bearer ${demo.secretKey}` } });
      expect(await answer.json()).toMatchObject({ items: [{ status: 'requires_payment_method' }] });
    });
    await eventually(
      async () => {
        const answer = await fetch(`${urls.sandbox}/v1/apns/requests?limit=10&order=desc`);
        const { requests } = (await answer.json()) as {
          requests: { payload: { aps: { alert: { title: string } } } }[];
        };
        expect(requests.map(({ payload }) => payload.aps.alert.title)).toContain('Payment failed');
      },
      { within: 10_000 },
    );
  }, 30_000);

  it('shows in a demo what became of every kind of phone, and ends with 1 when that is not what it should', async () => {
    const behaviour = `${local().urls.sandbox}/v1/apns/behaviour`;
    const headers = { 'content-type': 'application/json' };
    // Tokens that mean something go before it, so only ordinary iPhones suffer.
    await fetch(behaviour, { method: 'PUT', headers, body: JSON.stringify({ status: 413 }) });
    const { code, output } = await runDemo('--count', '40');
    await fetch(behaviour, { method: 'DELETE' });
    expect(output).toContain('Signalbox runs from this folder already');
    expect(output).toMatch(/^✗ {2}iPhones +16 {2}rejected +413 PayloadTooLarge\n +expected of all 16: sent$/m);
    expect(output).toMatch(
      /^✗ {2}users with an iPhone and an Android +2 {2}rejected, sent +413 PayloadTooLarge, 200$/m,
    );
    expect(output.match(/^✓ {2}/gm)).toHaveLength(12);
    expect(code).toBe(1);
    const stories = [...output.matchAll(/^curl -sS \S+(\/v1\/notifications\/\S+\/explain) -H '.*' {2}# (.*)$/gm)];
    expect(stories).toHaveLength(14);
    const [, path] = stories.find(([, , kind]) => kind === 'users without a phone')!;
    expect(await (await call(path!)).json()).toMatchObject({ status: 'undeliverable' });
  }, 60_000);

  describeDoctor(() => root, local);
  describeUnmodifiedClients(local);
  describeUnusualSignIns(local);
  describeContracts(() => root, local);
  describeMonitoring(local, async () => (await runDemo('--count', '400')).code);

  it('starts a killed service again', async () => {
    const killed = note().children['push']?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    await eventually(() => launcher.output().includes('push is back'), { within: 30_000 });
    expect(launcher.output()).toContain('push ended (SIGKILL)');
    const id = await send();
    await eventually(() => isSent(id), { within: 10_000 });
  }, 60_000);

  it('outlives the death of Postgres', async () => {
    process.kill(
      Number(readFileSync(join(root, 'state/postgres/data/postmaster.pid'), 'utf8').split('\n')[0]),
      'SIGKILL',
    );
    await eventually(() => launcher.output().includes('postgres is back'), { within: 30_000 });
    const id = await eventually(send, { within: 20_000, every: 200 });
    await eventually(() => isSent(id), { within: 20_000 });
  }, 60_000);

  it('starts again after a SIGKILL of the launcher, with the same keys, and no child is left over', async () => {
    const before = { local: local(), children: Object.values(note().children) };
    await launcher.restart();
    expect(local()).toEqual(before.local);
    for (const { pid } of before.children) expect(identityOf(pid)).toBeUndefined();
    const id = await send();
    await eventually(() => isSent(id), { within: 10_000 });
  }, 60_000);

  it('stops every child on SIGTERM and says so', async () => {
    const children = Object.values(note().children);
    expect(await launcher.stop()).toEqual({ code: 0, signal: null });
    expect(launcher.output()).toContain('stopped; data is kept');
    for (const { pid } of children) expect(identityOf(pid)).toBeUndefined();
  }, 30_000);

  it('is started by a demo that finds none, and stopped again when it shall end', async () => {
    const { code, output } = await runDemo('--count', '14', '--exit');
    expect(output).toMatch(
      /^✓ {2}iPhones, Apple is busy at first +1 {2}sent at attempt 2 +429 TooManyRequests, then 200$/m,
    );
    expect(output).toMatch(/^✓ {2}Androids without the app by now +1 {2}gone, device deleted +404 UNREGISTERED$/m);
    expect(output).toMatch(/^✓ {2}codes to iPhones, .* 1 {2}dead \(may_have_arrived\) +no answer/m);
    expect(output.match(/^✓ {2}/gm)).toHaveLength(14);
    expect(output.trimEnd()).toMatch(/stopped; data is kept$/);
    expect(code).toBe(0);
  }, 60_000);
});
