import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { freePort } from '@signalbox/embedded-postgres';
import { migrateQueueBackend } from '@signalbox/queues';
import { eventually, usePostgres } from '@signalbox/testing';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { Browser } from './sign-in-browser.js';
import { goodToken, type Stack, startStack } from './stack.js';

const PASSWORD = 'three green bicycles';
const HTML = { accept: 'text/html' };

/** The auth service, push and the console, as real processes. */
describe('an operator who signs in to the console with an account', () => {
  afterAll(async () => {
    await operators.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  let stack: Stack;
  let operators: ConsoleOnStage;
  let appId: string;

  beforeAll(async () => {
    await migrateQueueBackend(postgres.url());
    stack = await startStack({ databaseUrl: postgres.url() });
    appId = (await asOperator('POST', '/v1/apps', { name: 'Operators', mode: 'test' })).id;
    const port = await freePort(0);
    const client = { kind: 'native', appId, name: 'Console', redirectUris: [`http://127.0.0.1:${port}/signed-in`] };
    const { id: OPERATOR_CLIENT_ID } = await asOperator('POST', '/v1/clients', client);
    operators = await startConsoleOver(stack, { PORT: `${port}`, AUTH_ISSUER: stack.urls.auth, OPERATOR_CLIENT_ID });
    for (const role of ['viewer', 'operator', 'admin']) await grant(`${role}@example.com`, role);
  }, 120_000);

  async function asOperator(method: string, path: string, body: object): Promise<{ id: string; userId: string }> {
    const key = stack.env['OPERATOR_TOKEN']!;
    const answer = await stack.call(method, stack.urls.auth + path, { key, body });
    expect([path, answer.status < 300, answer.body]).toEqual([path, true, answer.body]);
    return answer.body as { id: string; userId: string };
  }
  const grant = (email: string, role: string) =>
    asOperator('PUT', '/v1/operators', { appId, email, role, password: PASSWORD });

  /** Through the pages of the auth service. @returns the session of the console, where it led, and the browser. */
  async function signIn(email: string, next = '/') {
    const browser = new Browser();
    await browser.open(`${operators.url}/login/start?next=${encodeURIComponent(next)}`);
    await browser.submit('/login', { email, password: PASSWORD });
    if (!browser.text.includes('You are signed in.')) await browser.submit('/consent');
    expect(browser.text).toContain('You are signed in.');
    const session = browser.cookie('signalbox_session');
    return { session: `signalbox_session=${session}`, page: browser.text, browser };
  }
  const look = async (session: string, path = '/') => {
    const answer = await fetch(operators.url + path, { headers: { ...HTML, cookie: session }, redirect: 'manual' });
    return {
      ...{ status: answer.status, page: await answer.text(), location: answer.headers.get('location') },
      cookies: answer.headers.getSetCookie(),
    };
  };
  const press = async (session: string, path: string, fields: Record<string, string> = {}) => {
    const csrf = /name="csrf" value="([^"]+)"/.exec((await look(session)).page)?.[1] ?? '';
    const headers = { ...HTML, cookie: session, origin: operators.url };
    const body = new URLSearchParams({ csrf, ...fields });
    return (await fetch(operators.url + path, { method: 'POST', headers, body, redirect: 'manual' })).status;
  };
  const facts = async (type: string) =>
    (
      await postgres
        .database()
        .query<{ subject: string; payload: Record<string, unknown> }>(
          'SELECT subject, payload FROM event_log WHERE type = $1 ORDER BY id',
          [type],
        )
    ).rows;

  it('comes in by the pages of the auth service and goes on to where they wanted, with their role, which is on record', async () => {
    const { session, page } = await signIn('viewer@example.com', '/events');
    expect(page).toContain('http-equiv="refresh" content="0; url=/events"');
    const start = await look(session);
    expect(start.page).toMatch(/viewer@example\.com\s*<span class="quiet">viewer/);
    const signedIn = await facts('operator.signed_in');
    expect(signedIn.at(-1)).toMatchObject({
      subject: expect.stringMatching(/^usr_/),
      payload: { role: 'viewer', network: '127.0.0.0/24' },
    });
    expect(JSON.stringify(signedIn)).not.toContain('example.com');
  });

  it('does what the role may, and what was done is a fact of the event log', async () => {
    const group = { appId: stack.app.id, provider: 'apns', lane: 'bulk', reason: 'Nothing' };
    const replay = { ...group, run: formatId('deadLetterRun', newUuid()), perSecond: '1' };
    expect(await press((await signIn('viewer@example.com')).session, '/dead-letters/replay', replay)).toBe(403);
    expect(await facts('operator.acted')).toEqual([]);
    expect(await press((await signIn('operator@example.com')).session, '/dead-letters/replay', replay)).toBe(303);
    expect(await facts('operator.acted')).toMatchObject([
      {
        payload: {
          ...{ role: 'operator', action: 'POST /dead-letters/replay', status: 303, outcome: expect.any(String) },
          about: group,
        },
      },
    ]);
  });

  it('is refused from the moment in which the role is taken, and when the session is ended at the auth service', async () => {
    const { userId } = await grant('leaver@example.com', 'admin');
    const { session } = await signIn('leaver@example.com');
    expect((await look(session)).status).toBe(200);
    const key = stack.env['OPERATOR_TOKEN']!;
    expect((await stack.call('DELETE', `${stack.urls.auth}/v1/operators/${userId}`, { key })).status).toBe(204);
    expect((await look(session)).page).toContain('has no role in this console');
    const admin = await signIn('admin@example.com');
    await postgres
      .database()
      .query(
        `UPDATE auth_session SET revoked_at = now(), revoked_reason = 'revoked' FROM auth_user u WHERE u.id = user_id AND u.email LIKE 'admin@%'`,
      );
    const over = await look(admin.session);
    expect([over.status, over.location]).toEqual([303, '/login?next=%2F']);
    // The browser forgets it, and a process that heard of its end takes it no longer: both lead to the page that has the ways in.
    expect(over.cookies).toEqual([expect.stringMatching(/^signalbox_session=; Max-Age=0;/)]);
    for (const session of [admin.session, 'signalbox_session=']) {
      const ways = await look(session, over.location!);
      expect([ways.status, ways.page]).toEqual([200, expect.stringContaining('Sign in with the password')]);
    }
  });

  it('signs out of the console and of the account, and the auth service asks whether the browser stays signed in', async () => {
    const { session, browser } = await signIn('operator@example.com');
    const csrf = /name="csrf" value="([^"]+)"/.exec((await look(session)).page)![1]!;
    const cookie = `${session}; signalbox_account=${browser.cookie('signalbox_account')}`;
    const headers = { ...HTML, cookie, origin: operators.url };
    const body = new URLSearchParams({ csrf });
    const out = await (await fetch(`${operators.url}/logout`, { method: 'POST', headers, body })).text();
    expect(out).toContain('You are signed out of the console.');
    expect((await look(session)).status).toBe(303);
    const open = async () =>
      (
        await postgres.database().query(
          `SELECT 1 FROM auth_session s JOIN auth_user u ON u.id = s.user_id
           WHERE u.email LIKE 'operator@%' AND s.revoked_at IS NULL`,
        )
      ).rowCount;
    const before = await open();
    const next = /http-equiv="refresh" content="0; url=([^"]+)"/.exec(out)![1]!.replaceAll('&amp;', '&');
    expect(next.startsWith(`${stack.urls.auth}/`)).toBe(true);
    await browser.open(next);
    expect(await open()).toBe(before - 1);
    await browser.submit('/end-session/confirm', { logout: 'yes' });
    await browser.open(`${operators.url}/login/start`);
    expect(browser.text).toContain('password');
  });

  it('is not taken for whoever began the sign-in elsewhere: the way back counts in the browser that went', async () => {
    const browser = new Browser();
    for (const query of ['?code=x&state=y', '?error=access_denied&state=y', '']) {
      await browser.open(`${operators.url}/signed-in${query}`);
      expect(browser.text).toContain('This browser began no sign-in here.');
    }
    await browser.open(`${operators.url}/login/start`);
    await browser.open(`${operators.url}/signed-in?code=x&state=y&iss=${encodeURIComponent(stack.urls.auth)}`);
    expect(browser.text).toContain('You are not signed in');
    expect(browser.cookie('signalbox_session')).toBeUndefined();
  });

  it('obliterates a queue on the board, is on record for it, and what was accepted is delivered nevertheless', async () => {
    const admin = (await signIn('admin@example.com')).session;
    const token = /name="csrf" value="([^"]+)"/.exec((await look(admin)).page)?.[1] ?? '';
    const onBoard = async (queue: string, action: string) => {
      const headers = { cookie: admin, origin: operators.url, 'x-xsrf-token': token };
      const answer = await fetch(`${operators.url}/queues/api/queues/${queue}/${action}`, { method: 'PUT', headers });
      expect([action, answer.status]).toEqual([action, expect.any(Number)]);
      return answer.status;
    };
    await stack.registerDevice(stack.app, { installation: 'ann-phone', user: 'ann', token: goodToken() });
    const queue = 'push.route.transactional';
    expect(await onBoard(queue, 'pause')).toBe(200);
    const ids: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      const request = { to: { userId: 'ann' }, content: { title: `${count}` } };
      ids.push(((await stack.push_('POST', '/v1/notifications', request)).body as { id: string }).id);
    }
    expect(await onBoard(queue, 'obliterate')).toBeLessThan(300);
    expect(await onBoard(queue, 'resume')).toBe(200);
    await eventually(
      async () => {
        for (const id of ids)
          expect((await stack.push_('GET', `/v1/notifications/${id}`)).body).toMatchObject({ status: 'sent' });
      },
      { within: 60_000 },
    );
    const actions = (await facts('operator.acted')).map(({ payload }) => payload['action']);
    expect(actions).toContain(`PUT /queues/api/queues/${queue}/obliterate`);
  }, 90_000);

  // The last one: the auth service does not come back.
  it('comes in with the operator password while the auth service is away, which is on record and in the log', async () => {
    await stack.auth.stop();
    const start = await fetch(`${operators.url}/login/start`, { headers: HTML, redirect: 'manual' });
    expect([start.status, await start.text()]).toEqual([
      503,
      expect.stringContaining('The auth service does not answer'),
    ]);
    const headers = { origin: operators.url };
    const body = new URLSearchParams({ password: OPERATOR_PASSWORD });
    const answer = await fetch(`${operators.url}/login`, { method: 'POST', headers, body, redirect: 'manual' });
    expect(answer.status).toBe(303);
    const session = answer.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await look(session)).page).toMatch(/Operator password\s*<span class="quiet">admin/);
    expect((await facts('operator.signed_in')).at(-1)).toEqual({
      subject: 'break_glass',
      payload: { operator: 'break_glass', role: 'admin', network: '127.0.0.0/24' },
    });
  });
});
