import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

const SIGNALBOX = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));

describe('the command line, on a running system', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), withEvents: true });
  }, 60_000);

  /** Runs the built tool as a process of its own; rejects when it does not exit with 0. */
  const signalbox = async (argv: string[], environment: Record<string, string> = {}): Promise<string> => {
    const env = {
      SIGNALBOX_AUTH_URL: stack.urls.auth,
      SIGNALBOX_PUSH_URL: stack.urls.push,
      SIGNALBOX_EVENTS_URL: stack.urls.events,
      OPERATOR_TOKEN: stack.env['OPERATOR_TOKEN'],
      ...environment,
    };
    // Away from the repository, where a developer's own .signalbox/local.json may lie.
    const { stdout } = await promisify(execFile)(process.execPath, [SIGNALBOX, ...argv], { env, cwd: tmpdir() });
    return stdout;
  };
  const json = async <Answer>(argv: string[], environment?: Record<string, string>): Promise<Answer> =>
    JSON.parse(await signalbox([...argv, '--json'], environment)) as Answer;

  it('takes a new app from nothing to a notification on the phone, and shows how it went', async () => {
    const app = await json<{ id: string }>(['app', 'create', 'Shop', '--mode', 'test']);
    const { key, id: keyId } = await json<{ key: string; id: string }>(['key', 'create', 'backend', '--app', app.id]);
    await storeSandboxCredential(app.id);
    await stack.registerDevice(
      { id: app.id, secretKey: key },
      { installation: 'phone', user: 'ann', token: goodToken() },
    );

    const asApp = { SIGNALBOX_API_KEY: key };
    const { id } = await json<{ id: string }>(['send', '--to-user', 'ann', '--title', 'Hi', '--data', 'a=1'], asApp);
    await eventually(async () => {
      expect(await signalbox(['tail', '--subject', id, '--once'], asApp)).toMatch(
        /notification\.accepted[\s\S]*delivery\.sent/,
      );
    });

    expect(await signalbox(['app', 'list'])).toContain(app.id);
    expect(await signalbox(['credential', 'list', '--app', app.id])).toMatch(/apns +1 +.*keyId=/);
    await signalbox(['key', 'revoke', keyId]);
    expect(await signalbox(['key', 'list', '--app', app.id])).toMatch(new RegExp(`${keyId}.*revoked`));
    await eventually(async () => {
      await expect(signalbox(['send', '--to-user', 'ann', '--title', 'Hi'], asApp)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('401 unauthenticated'),
      });
    });
  }, 60_000);

  it('sends a file line by line, tells which lines were refused, and sends none twice', async () => {
    const file = join(tmpdir(), 'notifications.ndjson');
    const line = (body: string) => JSON.stringify({ to: { userId: 'ann' }, content: { body } });
    await writeFile(file, [...Array.from({ length: 600 }, () => line('x')), line(''), '', line('x')].join('\n'));
    const argv = ['send', 'batch', file, '--idempotency-key', 'one-file'];
    const asApp = { SIGNALBOX_API_KEY: stack.app.secretKey };
    await expect(signalbox(argv, asApp)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^600 {2}invalid_request {2}[^]*\/content\/body: [^]*\n601 accepted, 1 refused\n$/),
      stderr: expect.stringContaining('1 of 602 lines'),
    });
    const again = await signalbox([...argv, '--json'], asApp).catch(
      (error: unknown) => (error as { stdout: string }).stdout,
    );
    const answers = again
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { replayed?: boolean });
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(601);
  });

  it('sends what comes by standard input, as far as it can be read', async () => {
    const child = promisify(execFile)(process.execPath, [SIGNALBOX, 'send', 'batch', '-'], {
      env: { SIGNALBOX_PUSH_URL: stack.urls.push, SIGNALBOX_API_KEY: stack.app.secretKey },
      cwd: tmpdir(),
    });
    child.child.stdin?.end('{"to":{"userId":"ann"},"content":{"body":"x"}}\n7\n');
    await expect(child).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/line 2 of - is not a JSON object.* send all with --idempotency-key [0-9a-f-]{36}/),
    });
  });

  async function storeSandboxCredential(app: string): Promise<void> {
    const credential = (await stack.call('GET', `${stack.urls.control}/v1/apns/credential`)).body as object;
    const put = execFile(process.execPath, [SIGNALBOX, 'credential', 'put', 'apns', '--app', app, '--file', '-'], {
      env: { SIGNALBOX_AUTH_URL: stack.urls.auth, OPERATOR_TOKEN: stack.env['OPERATOR_TOKEN'] },
      cwd: tmpdir(),
    });
    put.stdin?.end(JSON.stringify(credential));
    const code = await new Promise((resolve) => put.once('exit', resolve));
    expect(code).toBe(0);
  }
});
