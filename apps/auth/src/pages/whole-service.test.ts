import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { Secret, TOTP } from 'otpauth';
import { loadConfig } from '../config.js';
import { type RunningAuth, startAuth } from '../service.js';
import { CALLBACK, ISSUER } from './pages.harness.js';
import { Visit } from './visit.harness.js';

jest.setTimeout(60_000);

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;

// Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
afterAll(() => auth.close());
const postgres = usePostgres();
let auth: RunningAuth;

beforeAll(async () => {
  const config = loadConfig({
    DATABASE_URL: postgres.url(),
    QUEUE_PREFIX: '{pages}',
    PORT: '0',
    ISSUER,
    OPERATOR_TOKEN: OPERATOR,
    MASTER_KEY: randomBytes(32).toString('base64'),
  });
  auth = await startAuth(config, createLogger('auth', 'error'));
});

async function asOperator<Answer>(method: string, path: string, body: object): Promise<Answer> {
  const headers = { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' };
  const answer = await fetch(new URL(path, auth.url), { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

async function authorizeUrl(settings: object): Promise<string> {
  const { id: appId } = await asOperator<{ id: string }>('POST', '/v1/apps', { name: 'Kaffee', mode: 'test' });
  await asOperator('PUT', `/v1/apps/${appId}/auth-settings`, settings);
  const client = { appId, kind: 'native', name: 'phone', redirectUris: [CALLBACK] };
  const { id: clientId } = await asOperator<{ id: string }>('POST', '/v1/clients', client);
  const asked = {
    ...{ client_id: clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 's' },
    code_challenge: createHash('sha256').update('verifier').digest('base64url'),
    code_challenge_method: 'S256',
  };
  return `${ISSUER}/oauth/authorize?${new URLSearchParams(asked).toString()}`;
}

describe('the pages on the parts that there are', () => {
  it('take somebody from a new account to an authenticator app and, without the phone, in by a recovery code', async () => {
    const url = await authorizeUrl({ mfa: 'required' });
    const [email, password] = ['ann@example.com', 'a walrus in the tea room'];
    const visit = new Visit(auth);
    const login = await visit.get(url);
    expect(login.title).toBe('Sign in · Kaffee');
    const register = await visit.get(`${login.path}/register`);
    const weak = await visit.submit(register, register.path, { email, password: 'password1' });
    expect(weak.alerts).toEqual([expect.stringContaining('lists that thieves try first')]);
    const mail = await visit.submit(weak, register.path, { email, name: 'Ann', password });
    expect(mail.text).toContain(`We have sent a message to ${email}.`);
    const again = await visit.get(`${login.path}/login`);
    const wrong = await visit.submit(again, again.path, { email, password: 'a walrus in the tearoom' });
    expect(wrong.alerts).toEqual([expect.stringContaining('do not match an account')]);
    const enrol = await visit.submit(wrong, again.path, { email, password });
    const secret = /<code class="secret">([A-Z2-7 ]+)</.exec(enrol.text)![1]!.replaceAll(' ', '');
    const code = TOTP.generate({ secret: Secret.fromBase32(secret) });
    const codes = await visit.submit(enrol, enrol.path, { code });
    const recovery = [...codes.text.matchAll(/<code class="secret">([^<]+)</g)].map(([, each]) => each!);
    expect(recovery).toHaveLength(10);
    const consent = await visit.submit(codes, codes.path);
    expect(consent.text).toContain('Continue as Ann');
    const end = await visit.submit(consent, `${consent.path}/consent`);
    expect(new URL(end.path).searchParams.get('code')).toMatch(/\S{20}/);

    const other = new Visit(auth, { 'accept-language': 'en' });
    const second = await other.get(url);
    const asked = await other.submit(second, `${second.path}/login`, { email, password });
    expect(asked.title).toBe('Confirm that it is you · Kaffee');
    const used = await other.submit(asked, asked.path, { code });
    expect(used.alerts).toEqual([expect.stringContaining('was used already')]);
    const form = await other.get(`${second.path}/recovery-code`);
    const inside = await other.submit(form, form.path, { code: recovery[0]!.toUpperCase().replaceAll('-', ' ') });
    expect(inside.text).toContain('Continue as Ann');
  });
});
