import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { run } from './run.js';

interface Seen {
  readonly request: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A service that gives prepared answers in order and remembers what it was asked. */
class ScriptedService {
  readonly seen: Seen[] = [];
  readonly answers: { status: number; body?: unknown }[] = [];
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body?: unknown }> {
    const body = await text(request);
    this.seen.push({
      request: `${request.method} ${request.url}`,
      authorization: request.headers.authorization,
      body: body === '' ? undefined : JSON.parse(body),
    });
    return this.answers.shift() ?? { status: 500 };
  }
}

const service = new ScriptedService();
let url: string;
let directory: string;

beforeEach(async () => {
  service.seen.length = 0;
  service.answers.length = 0;
  url = await service.start();
  directory = await mkdtemp(join(tmpdir(), 'signalbox-cli-'));
  await mkdir(join(directory, '.signalbox'));
  const urls = { auth: url, push: url, events: url, console: url, sandbox: url };
  const demo = { appId: 'app_demo', secretKey: 'sbk_test_demo', publishableKey: 'sbp_test_demo' };
  await writeFile(
    join(directory, '.signalbox', 'local.json'),
    JSON.stringify({ urls, operatorToken: 'sbo_local', demo }),
  );
});
afterEach(async () => {
  await service.stop();
  await rm(directory, { recursive: true });
});

async function signalbox(argv: string[], environment: NodeJS.ProcessEnv = {}, from = directory) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    directory: from,
    environment,
    print: (line) => out.push(line),
    warn: (line) => err.push(line),
    readInput: async () => '{"teamId":"FROMSTDIN1"}',
    inputLines: () => new Response('').body!.pipeThrough(new TextDecoderStream()),
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const APP = { id: 'app_1', name: 'Shop', mode: 'live', createdAt: '2026-01-01T00:00:00.000Z' };

describe('the command line', () => {
  it('makes an app with the operator token that npm start left, also from a folder below', async () => {
    service.answers.push({ status: 201, body: APP });
    const below = join(directory, 'deep', 'er');
    await mkdir(below, { recursive: true });
    const { code, out } = await signalbox(['app', 'create', 'Shop', '--mode', 'live'], {}, below);
    expect(code).toBe(0);
    expect(out).toMatch(/app_1/);
    expect(service.seen).toEqual([
      { request: 'POST /v1/apps', authorization: 'Bearer sbo_local', body: { name: 'Shop', mode: 'live' } },
    ]);
  });

  it("prints the service's answer untouched with --json, fields it does not know included", async () => {
    service.answers.push({ status: 200, body: { ...APP, later: 1 } });
    const { out } = await signalbox(['app', 'show', '--json']);
    expect(JSON.parse(out)).toEqual({ ...APP, later: 1 });
    expect(service.seen[0]?.request).toBe('GET /v1/apps/app_demo');
  });

  it('tells every field that a service refused, and exits 1', async () => {
    const errors = [{ pointer: '/name', reason: 'is too long' }];
    service.answers.push({ status: 422, body: { code: 'invalid_request', detail: 'One problem.', errors } });
    const { code, err } = await signalbox(['app', 'create', 'x']);
    expect(code).toBe(1);
    expect(err).toBe('error: One problem. (422 invalid_request)\n  /name: is too long');
  });

  it('does not show the local operator token to a service that the environment names', async () => {
    const { code, err } = await signalbox(['app', 'list'], { SIGNALBOX_AUTH_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(2);
    expect(err).toMatch(/OPERATOR_TOKEN/);
    expect(service.seen).toEqual([]);
  });

  it('makes a Stripe source with the secret of a file, and says where Stripe is to post to', async () => {
    const made = {
      id: 'sts_1',
      name: 'Shop',
      scope: 'connect',
      shape: 'snapshot',
      livemode: false,
      path: '/webhooks/stripe/sts_1',
    };
    service.answers.push({ status: 201, body: made });
    const file = join(directory, 'secret');
    await writeFile(file, 'whsec_1234567890123456\n');
    const argv = ['stripe-source', 'create', 'Shop', '--secret-file', file, '--scope', 'connect'];
    const { code, out } = await signalbox(argv, { SIGNALBOX_PAYMENTS_URL: url, SIGNALBOX_API_KEY: 'sbk_test_mine' });
    expect([code, out]).toEqual([0, expect.stringContaining('/webhooks/stripe/sts_1')]);
    expect(service.seen).toEqual([
      {
        request: 'POST /v1/stripe-sources',
        authorization: 'Bearer sbk_test_mine',
        body: { name: 'Shop', scope: 'connect', secrets: [{ secret: 'whsec_1234567890123456' }] },
      },
    ]);
  });

  it('says which service does not answer, where, and what to do', async () => {
    const environment = { SIGNALBOX_AUTH_URL: 'http://127.0.0.1:9', OPERATOR_TOKEN: 'sbo_x' };
    const { code, err } = await signalbox(['app', 'list'], environment);
    expect(code).toBe(1);
    expect(err).toMatch(/auth service does not answer at http:\/\/127\.0\.0\.1:9.*npm start/);
  });

  it.each([
    [['nonsense'], /no command "nonsense"/],
    [['app', 'destroy'], /no command "app destroy"/],
    [['app', 'create'], /needs <name>/],
    [['app', 'create', 'x', '--colour', 'red'], /--colour/],
    [['send', '--title', 'x'], /--to-user or --to-installation/],
    [['send', '--to-user', 'u', '--data', 'novalue'], /name=value/],
    [['send', '--to-user', 'u', '--badge', 'many'], /--badge wants a whole number/],
    [['credential', 'put', 'apns'], /--file/],
    [['send', 'batch'], /needs <file>/],
    [['send', 'batch', 'nowhere.ndjson'], /cannot read nowhere\.ndjson/],
  ])('refuses %j with exit code 2 and the remedy', async (argv, remedy) => {
    const { code, err } = await signalbox(argv);
    expect(code).toBe(2);
    expect(err).toMatch(remedy);
  });

  it.each([['--help'], ['app', '--help'], ['send', '--help'], ['tail', '--help']])(
    'explains itself: %s %s',
    async (...argv) => {
      const { code, out } = await signalbox(argv.filter((word) => typeof word === 'string'));
      expect(code).toBe(0);
      expect(out).toMatch(/^signalbox /);
    },
  );
});

describe('signalbox doctor', () => {
  it('calls nothing in order that it could not look at, and exits 2 when there was nothing at all', async () => {
    const nobody = 'http://127.0.0.1:9';
    const names = ['AUTH', 'PAYMENTS', 'PUSH', 'EVENTS', 'CONSOLE'];
    const urls = Object.fromEntries(names.map((name) => [`SIGNALBOX_${name}_URL`, nobody]));
    const { code, out } = await signalbox(['doctor', '--json'], { ...urls, OPERATOR_TOKEN: 'sbo_x' });
    expect(code).toBe(2);
    const { findings } = JSON.parse(out) as { findings: { check: string; state: string }[] };
    expect(findings.filter(({ state }) => state === 'ok')).toEqual([]);
    expect(findings.filter(({ state }) => state === 'wrong').map(({ check }) => check)).toEqual(
      names.map(() => 'services'),
    );
  });

  it('refuses a number that is none', async () => {
    const { code, err } = await signalbox(['doctor', '--days', 'many']);
    expect([code, err]).toEqual([2, expect.stringContaining('--days wants a whole number')]);
  });
});

describe('signalbox send', () => {
  it('sends with the demo key, and leaves out what was not given', async () => {
    service.answers.push({ status: 202, body: { id: 'ntf_1', status: 'accepted' } });
    const argv = ['send', '--to-user', 'u1', '--title', 'Hi', '--data', 'a=1', '--data', 'b=x=y', '--priority', 'bulk'];
    const { code, out } = await signalbox(argv);
    expect(code).toBe(0);
    expect(out).toMatch(/ntf_1/);
    expect(service.seen).toEqual([
      {
        request: 'POST /v1/notifications',
        authorization: 'Bearer sbk_test_demo',
        body: {
          to: { userId: 'u1' },
          content: { title: 'Hi', data: { a: '1', b: 'x=y' } },
          options: { priority: 'bulk' },
        },
      },
    ]);
  });
});

describe('signalbox credential put', () => {
  it('reads the key from a file, so that no secret stands in the list of processes', async () => {
    const stored = { id: 'crd_1', provider: 'apns', version: 2, summary: { keyId: 'KEYID00000' } };
    service.answers.push({ status: 200, body: stored });
    const file = join(directory, 'AuthKey.p8');
    await writeFile(file, 'PEM');
    const argv = ['credential', 'put', 'apns', '--key-file', file, '--key-id', 'KEYID00000', '--team-id', 'TEAMID0000'];
    const { out } = await signalbox(argv);
    expect(out).toMatch(/version +2/);
    expect(out).not.toMatch(/PEM/);
    expect(service.seen[0]).toMatchObject({
      request: 'PUT /v1/apps/app_demo/credentials/apns',
      body: { teamId: 'TEAMID0000', keyId: 'KEYID00000', privateKey: 'PEM' },
    });
  });

  it('reads standard input for --file -', async () => {
    service.answers.push({ status: 200, body: { id: 'crd_1', provider: 'apns', version: 1, summary: {} } });
    await signalbox(['credential', 'put', 'apns', '--file', '-']);
    expect(service.seen[0]?.body).toEqual({ teamId: 'FROMSTDIN1' });
  });
});

describe('signalbox tail', () => {
  const event = (id: string) => ({ id, type: 'app.created', subject: 'app_1', time: APP.createdAt, data: {} });

  it('follows the cursor page by page until there is nothing more', async () => {
    service.answers.push({ status: 200, body: { events: [event('evt_1')], next: 'c1', caughtUp: false } });
    service.answers.push({ status: 200, body: { events: [event('evt_2')], next: 'c2', caughtUp: true } });
    const { code, out } = await signalbox(['tail', '--from-start', '--once', '--json']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['evt_1', 'evt_2']);
    expect(service.seen.map(({ request }) => request)).toEqual([
      'GET /v1/events?limit=100',
      'GET /v1/events?after=c1&limit=100',
    ]);
  });

  it('begins now, but with the beginning of a subject', async () => {
    service.answers.push({ status: 200, body: { events: [], next: 'c1', caughtUp: true } });
    await signalbox(['tail', '--once']);
    service.answers.push({ status: 200, body: { events: [], next: 'c1', caughtUp: true } });
    await signalbox(['tail', '--once', '--subject', 'ntf_1']);
    expect(service.seen.map(({ request }) => request)).toEqual([
      'GET /v1/events?after=now&limit=100',
      'GET /v1/events?subject=ntf_1&limit=100',
    ]);
  });
});
