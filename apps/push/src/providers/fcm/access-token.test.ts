import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { AccessTokenRefused, AccessTokens, type PostForm } from './access-token.js';

const MINUTE = 60_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ACCOUNT = { client_email: 'push@demo.iam.gserviceaccount.com', private_key: privateKey, private_key_id: 'k1' };

function tokensWith(post: PostForm = grants()) {
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
  const asked: { url: string; form: URLSearchParams }[] = [];
  const tokens = new AccessTokens(
    ACCOUNT,
    (url, form) => {
      asked.push({ url, form: new URLSearchParams(form) });
      return post(url, form);
    },
    () => clock.now,
  );
  return { tokens, clock, asked };
}

function grants(seconds = 3599): PostForm {
  let count = 0;
  return async () => ({
    status: 200,
    body: JSON.stringify({ access_token: `t${(count += 1)}`, expires_in: seconds, token_type: 'Bearer' }),
  });
}

const answers =
  (status: number, body: string): PostForm =>
  async () => ({ status, body });

describe('the access token', () => {
  it('is asked for with a JWT of the service account, signed with the key it names', async () => {
    const { tokens, clock, asked } = tokensWith();
    await tokens.get();
    const [{ url, form }] = asked as [(typeof asked)[0]];
    expect(url).toBe('https://oauth2.googleapis.com/token');
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion')!, createPublicKey(publicKey), {
      issuer: ACCOUNT.client_email,
      audience: url,
      currentDate: new Date(clock.now),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    expect(payload).toMatchObject({ scope: 'https://www.googleapis.com/auth/firebase.messaging' });
    expect(payload.exp! - payload.iat!).toBe(3600);
  });

  it('is fetched once for everybody who asks at the same time', async () => {
    const { tokens, asked } = tokensWith();
    const values = await Promise.all(Array.from({ length: 50 }, async () => (await tokens.get()).value));
    expect(new Set(values)).toEqual(new Set(['t1']));
    expect(asked).toHaveLength(1);
  });

  it('is kept until five minutes before it expires', async () => {
    const { tokens, clock } = tokensWith(grants(3600));
    await tokens.get();
    clock.now += 55 * MINUTE - 1;
    expect((await tokens.get()).value).toBe('t1');
    clock.now += 1;
    expect((await tokens.get()).value).toBe('t2');
  });

  it('is kept for half of a short life', async () => {
    const { tokens, clock } = tokensWith(grants(60));
    await tokens.get();
    clock.now += MINUTE / 2 - 1;
    expect((await tokens.get()).value).toBe('t1');
    clock.now += 1;
    expect((await tokens.get()).value).toBe('t2');
  });

  it('is fetched again when it was refused, once for all who were refused', async () => {
    const { tokens } = tokensWith();
    const old = await tokens.get();
    tokens.discard(old);
    expect((await tokens.get()).value).toBe('t2');
    tokens.discard(old);
    expect((await tokens.get()).value).toBe('t2');
  });

  it('is given to the library with no time to keep it', async () => {
    expect(await tokensWith().tokens.getAccessToken()).toEqual({ access_token: 't1', expires_in: 0 });
  });

  it.each([
    ['a refusal', answers(400, '{"error":"invalid_grant"}'), { code: 'invalid_grant', status: 400 }],
    ['a page', answers(502, '<html>'), { code: 'status 502', status: 502, text: '<html>' }],
    ['a grant without a token', answers(200, '{"id_token":"secret"}'), { code: 'status 200', status: 200 }],
    [
      'no answer',
      () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
      { code: 'ECONNREFUSED' },
    ],
  ] satisfies [string, PostForm, object][])('is told to be missing after %s', async (_what, post, answer) => {
    const refused = await tokensWith(post)
      .tokens.get()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AccessTokenRefused);
    expect((refused as AccessTokenRefused).answer).toMatchObject({ kind: 'unauthorized', ...answer });
    expect(JSON.stringify((refused as AccessTokenRefused).answer)).not.toContain('secret');
  });

  it('is asked for again after a failure', async () => {
    let fail = true;
    const grant = grants();
    const { tokens } = tokensWith((url, form) => (fail ? answers(503, '')(url, form) : grant(url, form)));
    await expect(tokens.get()).rejects.toBeInstanceOf(AccessTokenRefused);
    fail = false;
    expect((await tokens.get()).value).toBe('t1');
  });
});
