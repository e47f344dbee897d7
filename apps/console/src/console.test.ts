import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { appRoutes } from '@bull-board/api/dist/routes.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEAD_QUEUE_NAMES, deadQueueOf, newUuid, PROVIDER_QUEUES, QUEUE_NAMES, QUEUES } from '@signalbox/contracts';
import { GroupBoard, type QueueBackend, migrateQueueBackend, openQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres, useRedis } from '@signalbox/testing';
import { HIDE_REFUSED_ACTIONS } from './board/refused-actions.js';
import { Operator } from './operator.harness.js';
import { type RunningConsole, startConsole } from './service.js';

/** What the board's page loads sooner or later. */
async function boardScripts(): Promise<string> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json')), 'dist/static/js');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
}

const PASSWORD = 'correct horse battery';
const logger = createLogger('console', 'silent');

describe.each(queueBackends())('the console on $name', ({ redisUrl }) => {
  // Hooks after the tests run in the order they were made: the console leaves its database before it is dropped.
  afterAll(async () => {
    await Promise.all([operators.close(), backend.close()]);
  });
  const postgres = usePostgres();
  useRedis();
  let operators: RunningConsole;
  let backend: QueueBackend;
  let session: string;
  let token: string;

  beforeAll(async () => {
    const queues = { redisUrl, databaseUrl: postgres.url(), prefix: `{${randomUUID()}}` };
    await migrateQueueBackend(postgres.url());
    backend = openQueueBackend({ ...queues, logger });
    operators = await startConsole(
      {
        HOST: '127.0.0.1',
        PORT: 0,
        LOG_LEVEL: 'silent',
        DATABASE_URL: queues.databaseUrl,
        REDIS_URL: redisUrl,
        QUEUE_PREFIX: queues.prefix,
        OPERATOR_PASSWORD: PASSWORD,
        PUSH_URL: 'http://127.0.0.1:1',
        OPERATOR_TOKEN: 'sbo_nobody-listens-there',
      },
      logger,
    );
    session = sessionIn(await signIn(PASSWORD));
    token = await operator.formToken(session);
  });

  const operator = new Operator(() => operators.url);
  const call = operator.call.bind(operator);
  const ours = (formToken = token) => ({ ...operator.ours(), 'x-xsrf-token': formToken });
  const signIn = operator.signIn.bind(operator);
  const sessionIn = Operator.cookieIn;

  describe('without a session', () => {
    const boardRoutes = appRoutes.api.flatMap(({ method, route }) =>
      [route].flat().flatMap((path) => [method].flat().map((verb) => [verb.toUpperCase(), `/queues${path}`] as const)),
    );
    const others = [
      '/',
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs/',
      '/docs/json',
      '/queues',
      '/queues/',
      '/queues/queue/x',
    ];
    const guesses = [
      '/nowhere',
      '/login/',
      '/login/x',
      '/LOGIN',
      '//login',
      '/login/../queues',
      '/login%2f..%2fqueues',
      '/queues/static/favicon.ico',
    ];

    it('answers nothing but the sign-in page and the probes', async () => {
      expect(boardRoutes.length).toBeGreaterThan(25);
      const routes = [
        ...boardRoutes,
        ...[...others, ...guesses].map((path) => ['GET', path] as const),
        ['POST', '/logout'] as const,
      ];
      for (const [method, path] of routes) {
        const url = path.replaceAll(/:\w+/g, 'x');
        expect([method, url, (await call(method, url, { headers: ours() })).status]).toEqual([method, url, 401]);
      }
      for (const path of ['/login', '/health/live', '/health/ready'])
        expect((await call('GET', path)).status).toBe(200);
    });

    it('sends a person to the sign-in page, and remembers where they wanted to go', async () => {
      const answer = await call('GET', '/queues/queue/a?status=failed', { headers: { accept: 'text/html,*/*' } });
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        '/login?next=%2Fqueues%2Fqueue%2Fa%3Fstatus%3Dfailed',
      ]);
    });
  });

  describe('signing in', () => {
    it('shows a form that works without scripts and loads nothing', async () => {
      const answer = await call('GET', `/login?next=${encodeURIComponent('/queues/"><script>')}`);
      const page = await answer.text();
      expect(page).toContain('<form class="card" method="post" action="/login">');
      expect(page).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/);
      expect(answer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'sha256-[^ ]+';/,
      );
    });

    it('gives a session that scripts cannot read and other sites cannot use', async () => {
      const answer = await signIn(PASSWORD, { next: '/queues' });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/queues']);
      expect(answer.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^signalbox_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
      ]);
      const overTls = await signIn(PASSWORD, { headers: { 'x-forwarded-proto': 'https' } });
      expect(overTls.headers.getSetCookie()[0]).toMatch(/; Secure$/);
    });

    it('never sends anybody to another site afterwards', async () => {
      for (const next of [
        'https://evil.example',
        '//evil.example',
        '/\\evil.example',
        '/.//evil.example',
        'javascript:alert(1)',
        '/%0d%0aset-cookie:a=b',
      ]) {
        const location = (await signIn(PASSWORD, { next })).headers.get('location')!;
        expect(new URL(location, operators.url).origin).toBe(operators.url);
      }
    });

    it('refuses a wrong password, an empty form, and a form of another site', async () => {
      for (const answer of await Promise.all([
        signIn('wrong'),
        signIn(''),
        call('POST', '/login', { headers: ours() }),
      ])) {
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
        expect(await answer.text()).toContain('That is not the operator password.');
      }
      const foreign = await signIn(PASSWORD, {
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      });
      expect([foreign.status, foreign.headers.getSetCookie()]).toEqual([403, []]);
    });

    it('ends with signing out, also for whoever copied the cookie', async () => {
      const mine = sessionIn(await signIn(PASSWORD));
      expect((await call('GET', '/', { session: mine })).status).toBe(200);
      const answer = await call('POST', '/logout', { session: mine, headers: ours(await operator.formToken(mine)) });
      expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([303, expect.stringContaining('Max-Age=0')]);
      expect((await call('GET', '/', { session: mine })).status).toBe(401);
    });
  });

  describe('signed in', () => {
    it('sees how things are, and the way to the queues', async () => {
      const page = await (await call('GET', '/', { session })).text();
      expect(page).toContain('Last 60 minutes');
      expect(page).toContain(`Bull Board on ${redisUrl === undefined ? 'Postgres' : 'Redis'}`);
    });

    it('sees every queue and its jobs on the board', async () => {
      await backend.queue(QUEUES.routeBulk).add('work', { v: 1, lane: 'bulk', count: 7 }, { jobId: 'first_0' });
      const answer = await call(
        'GET',
        `/queues/api/queues?activeQueue=${QUEUES.routeBulk}&status=latest&page=1&jobsPerPage=10`,
        { session },
      );
      const { queues } = (await answer.json()) as {
        queues: { name: string; counts: { waiting: number }; jobs: { id: string; data: object }[] }[];
      };
      expect(queues.map((queue) => queue.name).sort()).toEqual([...QUEUE_NAMES, ...DEAD_QUEUE_NAMES].sort());
      const shown = queues.find((queue) => queue.name === QUEUES.routeBulk)!;
      expect(shown.counts.waiting).toBe(1);
      expect(shown.jobs).toMatchObject([{ id: 'first_0', data: { v: 1, lane: 'bulk', count: 7 } }]);
    });

    it('sees nothing on the board that an app has written, should a job ever carry it', async () => {
      const queue = backend.queue(QUEUES.fcmBulk);
      const data = { v: 1, lane: 'bulk', count: 2, title: 'words of the app', target: { token: 'of a phone' } };
      await queue.add('work', data, { jobId: 'masked_0' });
      const answer = await call('GET', `/queues/api/queues/${QUEUES.fcmBulk}/masked_0`, { session });
      const text = await answer.text();
      expect(JSON.parse(text)).toMatchObject({
        job: { data: { v: 1, lane: 'bulk', count: 2, title: '(not shown)', target: '(not shown)' } },
      });
      expect(text).not.toMatch(/words of the app|of a phone/);
    });

    it('gets a board that loads nothing from another origin', async () => {
      const answer = await call('GET', '/queues', { session, headers: { accept: 'text/html' } });
      const page = await answer.text();
      expect(page).toContain('<base href="/queues/" />');
      expect(page).not.toMatch(/(?:href|src)="https?:/);
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self';");
      for (const [, file] of page.matchAll(/(?:src|href)="(static\/[^"]+)"/g)) {
        expect([file, (await call('GET', `/queues/${file}`, { session })).status]).toEqual([file, 200]);
      }
    });

    it('gets the token for the requests of the board in a cookie that its page reads by itself, for it alone', async () => {
      const answer = await call('GET', '/queues', { session, headers: { accept: 'text/html' } });
      expect(answer.headers.getSetCookie()).toEqual([`XSRF-TOKEN=${token}; Path=/queues; SameSite=Strict`]);
      expect(await boardScripts()).toMatch(/xsrfCookieName:"XSRF-TOKEN",xsrfHeaderName:"X-XSRF-TOKEN"/);
    });

    it('can pause and resume a queue and remove a job', async () => {
      const queue = backend.queue(QUEUES.apnsBulk);
      await queue.add('work', {}, { jobId: 'second_0' });
      const act = async (path: string): Promise<number> =>
        (await call('PUT', `/queues/api/queues/${QUEUES.apnsBulk}/${path}`, { session, headers: ours() })).status;
      expect([await act('pause'), await queue.isPaused()]).toEqual([200, true]);
      expect([await act('resume'), await queue.isPaused()]).toEqual([200, false]);
      expect([await act('second_0/clean'), await queue.getJob('second_0')]).toEqual([204, undefined]);
    });

    it('sees a group of dead letters as a failed job, and sends it again with Retry', async () => {
      const replayed: string[] = [];
      const dead = {
        ...{ queue: PROVIDER_QUEUES.fcmBulk, appId: newUuid(), credentialId: null, provider: 'fcm', lane: 'bulk' },
        ...{ reason: 'UNAVAILABLE', count: 7, oldestAt: new Date(), answer: { status: 503 } },
      };
      const group = new GroupBoard({
        ...{ backend, database: postgres.database(), queues: [dead.queue], logger, interval: 20 },
        groups: () => Promise.resolve(replayed.length === 0 ? [dead] : []),
        replay: ({ reason }) => {
          replayed.push(reason);
          return Promise.resolve({ replayed: 7 });
        },
      });
      group.start();
      try {
        const path = `/queues/api/queues/${deadQueueOf(dead.queue)}`;
        const [job] = await eventually(async () => {
          const failed = await backend.queue(deadQueueOf(dead.queue)).getFailed();
          expect(failed).toHaveLength(1);
          return failed;
        });
        const shown = await (await call('GET', `${path}/${job!.id}`, { session })).json();
        expect(shown).toMatchObject({ job: { failedReason: 'UNAVAILABLE: {"status":503}', data: { count: 7 } } });
        expect((await call('PUT', `${path}/${job!.id}/retry`, { session, headers: ours() })).status).toBe(204);
        await eventually(() => expect(replayed).toEqual(['UNAVAILABLE']));
      } finally {
        await group.stop();
      }
    });

    it('gets a board without the buttons that are refused, told by icons that the board has', async () => {
      const page = await (await call('GET', '/queues', { session, headers: { accept: 'text/html' } })).text();
      expect(page).toContain(`${HIDE_REFUSED_ACTIONS}</head>`);
      const scripts = await boardScripts();
      for (const drawn of [
        /"QUEUE\.ACTIONS\.ADD_JOB"/,
        /updateData:\{titleKey:"UPDATE_DATA",/,
        /duplicate:\{titleKey:"DUPLICATE",/,
        /"ul",\{className:"jobActions-/,
        /\("plus",\[\["path"/,
        /\("pencil",\[\["path"/,
        /\("files",\[\["path"/,
      ]) {
        expect(scripts).toMatch(drawn);
      }
    });

    it('can neither add a job nor change its data', async () => {
      const queue = backend.queue(QUEUES.apnsTransactional);
      await queue.add('work', { count: 1 }, { jobId: 'third_0' });
      const json = { ...ours(), 'content-type': 'application/json' };
      const path = `/queues/api/queues/${QUEUES.apnsTransactional}`;
      const attempts = [
        await call('POST', `${path}/add`, { session, headers: json, body: '{"name":"x","data":{},"options":{}}' }),
        await call('PATCH', `${path}/third_0/update-data`, { session, headers: json, body: '{"jobData":{"count":2}}' }),
        await call('PUT', `${path}/job-schedulers/x/run`, { session, headers: ours() }),
      ];
      for (const answer of attempts) {
        expect(answer.status).toBe(403);
        expect(await answer.json()).toMatchObject({ code: 'not_allowed_here', error: { key: 'ERRORS.FORBIDDEN' } });
      }
      expect(await queue.getJobCountByTypes('waiting')).toBe(1);
      expect((await queue.getJob('third_0'))?.data).toEqual({ count: 1 });
    });

    it('changes nothing at the request of another site', async () => {
      const path = `/queues/api/queues/${QUEUES.routeTransactional}/pause`;
      for (const headers of [
        {},
        { origin: 'https://evil.example' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const answer = await call('PUT', path, { session, headers: { ...headers } });
        expect([answer.status, await answer.json()]).toEqual([
          403,
          expect.objectContaining({ code: 'cross_site_request' }),
        ]);
      }
      expect(await backend.queue(QUEUES.routeTransactional).isPaused()).toBe(false);
    });
  });

  // The last one: it uses up the attempts of this machine's address.
  it('stops guessing after ten wrong passwords, even when the eleventh is right', async () => {
    expect((await signIn(PASSWORD)).status).toBe(303);
    const guesses = await Promise.all(Array.from({ length: 10 }, () => signIn('wrong')));
    expect(new Set(guesses.map((answer) => answer.status))).toEqual(new Set([401]));
    const answer = await signIn(PASSWORD);
    expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(await answer.text()).toContain('Too many attempts.');
    expect((await call('GET', '/', { session })).status).toBe(200);
  });
});
