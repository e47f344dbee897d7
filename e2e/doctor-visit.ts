import { execFile } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const SIGNALBOX = fileURLToPath(new URL('../apps/cli/dist/main.js', import.meta.url));

interface Told {
  readonly findings: readonly {
    readonly check: string;
    readonly state: string;
    readonly seen: string;
    readonly remedy?: string;
  }[];
  readonly count: Readonly<Record<string, number>>;
}

/** `signalbox doctor` on a running installation. `root` holds its state in `state`. */
export function describeDoctor(
  root: () => string,
  local: () => { readonly urls: Record<'auth' | 'sandbox', string>; readonly operatorToken: string },
): void {
  const visit = async (...options: string[]): Promise<Told & { code: number }> => {
    const link = join(root(), '.signalbox');
    if (!existsSync(link)) symlinkSync('state', link);
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [SIGNALBOX, 'doctor', '--json', ...options],
        { cwd: root(), env: {} },
        (error, stdout) => {
          resolve({ ...(JSON.parse(stdout) as Told), code: error === null ? 0 : Number(error.code) });
        },
      );
    });
  };
  const control = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> =>
    (await (await fetch(`${local().urls.sandbox}${path}`, init)).json()) as Record<string, unknown>;
  const auth = async (method: string, path: string, body: object): Promise<{ id: string }> => {
    const headers = { authorization: `Bearer ${local().operatorToken}`, 'content-type': 'application/json' };
    const answer = await fetch(`${local().urls.auth}${path}`, { method, headers, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
    return (await answer.json()) as { id: string };
  };

  describe('the doctor', () => {
    it('finds nothing wrong with it, and has tried every credential with its provider', async () => {
      const { findings, code } = await visit();
      expect(findings.filter(({ state }) => !['ok', 'warning'].includes(state))).toEqual([]);
      expect(code).toBe(0);
      const tried = findings.filter(({ check }) => check === 'credentials').map(({ seen }) => seen);
      expect(tried).toEqual([
        expect.stringMatching(/apns .*400 BadDeviceToken, as it has to be: key, team and bundle id are taken/),
        expect.stringMatching(/fcm .*200 projects\/signalbox-demo\/messages\/fake_message_id, checked and not sent/),
        expect.stringMatching(/webpush .*belong together/),
        expect.stringMatching(/stripe .*the key is of acct_/),
      ]);
    }, 30_000);

    it('says which credential a provider does not take, why, and what to do', async () => {
      const app = await auth('POST', '/v1/apps', { name: 'Broken', mode: 'test' });
      const apns = await control('/v1/apns/credential');
      await auth('PUT', `/v1/apps/${app.id}/credentials/apns`, { ...apns, keyId: 'NOBODY0000' });
      const fcm = await control('/v1/fcm/credential');
      await auth('PUT', `/v1/apps/${app.id}/credentials/fcm`, { ...fcm, project_id: 'another-project' });
      const braintree = await control('/v1/braintree/credential');
      const privateKey = 'nobody-knows-this-private-key';
      await auth('PUT', `/v1/apps/${app.id}/credentials/braintree`, { ...braintree, privateKey });
      const { findings, code } = await visit('--app', app.id);
      expect(code).toBe(1);
      expect(findings.filter(({ check }) => check === 'credentials')).toMatchObject([
        { state: 'wrong', seen: expect.stringContaining('403 InvalidProviderToken') },
        { state: 'wrong', seen: expect.stringMatching(/fcm \(another-project\): 403/) },
        { state: 'wrong', seen: expect.stringContaining('keys_refused') },
      ]);
    }, 30_000);

    it('says what it could not look at', async () => {
      const { findings, code } = await visit('--offline');
      expect(findings.filter(({ state }) => state === 'not checked')).toMatchObject([{ check: 'credentials' }]);
      expect(code).toBe(0);
    }, 30_000);
  });
}
