import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { insertAppWithKey } from '@signalbox/testing';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { useAccess } from './access.harness.js';
import type { TokenAuthenticator } from './token-authenticator.js';

const seconds = (): number => Math.floor(Date.now() / 1_000);
const GET = { method: 'GET', url: '/v1/things', dpop: undefined, address: '127.0.0.1' };

describe('access tokens', () => {
  const under = useAccess();
  let authenticator: TokenAuthenticator;
  beforeAll(async () => {
    ({ authenticator } = await under.open());
  });
  const bearer = (token: string) => authenticator.verify(`Bearer ${token}`, GET);
  const ofUser = (over: Record<string, unknown> = {}) => under.issuer().userToken(under.app(), { over });
  const refused = {
    status: 401,
    code: 'invalid_token',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  };

  it('of a user say who calls, for which app, how they signed in and what they may', async () => {
    const [userId, sessionId] = [formatId('user', newUuid()), formatId('session', newUuid())];
    const token = await under.issuer().userToken(under.app(), {
      userId,
      sessionId,
      scope: 'openid payments:read-own payments:write users:write',
      over: { client_id: 'cli_x', auth_time: 17, amr: ['pwd', 'otp'], acr: 'urn:signalbox:2fa' },
    });
    expect(await bearer(token)).toEqual({
      kind: 'user',
      appId: under.app(),
      mode: 'test',
      userId,
      sessionId,
      clientId: 'cli_x',
      // Scopes of keys are none of a user's, whatever a client was allowed to ask for.
      scopes: new Set(['openid', 'payments:read-own']),
      acr: 'urn:signalbox:2fa',
      amr: ['pwd', 'otp'],
      authTime: 17,
    });
  });

  it('of machines, and those an API key was exchanged for, are the app with their scopes', async () => {
    for (const kind of ['client', 'key'] as const) {
      const id = newUuid();
      const token = await under
        .issuer()
        .machineToken(under.app(), formatId(kind, id), 'payments:read account:manage x');
      expect(await bearer(token)).toEqual({
        kind: 'app',
        appId: under.app(),
        mode: 'test',
        keyId: id,
        keyKind: 'token',
        clientId: formatId(kind, id),
        scopes: new Set(['payments:read']),
      });
    }
  });

  it('leave API keys as they were', async () => {
    const { id, key } = await insertAppWithKey(under.database(), ['events:read']);
    expect(await bearer(key)).toMatchObject({ kind: 'app', appId: id, keyKind: 'secret' });
    await expect(authenticator.verify(undefined, GET)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(authenticator.verify(`DPoP ${key}`, GET)).rejects.toMatchObject({ status: 401 });
  });

  describe('check 9: times', () => {
    it.each([
      ['expired a second ago, within the skew', { exp: seconds() - 1 }],
      ['not before in four seconds, within the skew', { nbf: seconds() + 4 }],
      ['issued in four seconds, within the skew', { iat: seconds() + 4 }],
    ])('takes a token that is %s', async (_what, over) => {
      expect(await bearer(await ofUser(over))).toMatchObject({ kind: 'user' });
    });

    it.each([
      ['expired six seconds ago', { exp: seconds() - 6 }],
      ['not before in half a minute', { nbf: seconds() + 30 }],
      ['issued in half a minute', { iat: seconds() + 30 }],
      ['without an end', { exp: undefined }],
      ['without a beginning', { iat: undefined }],
      ['with an end that is no number', { exp: '2099-01-01' }],
    ])('refuses a token that is %s', async (_what, over) => {
      await expect(bearer(await ofUser(over))).rejects.toMatchObject(refused);
    });

    it('refuses a remembered token as soon as it has expired', async () => {
      const token = await ofUser({ exp: seconds() - 4 });
      expect(await bearer(token)).toMatchObject({ kind: 'user' });
      const end = seconds() + 2;
      let answer: unknown;
      while (seconds() <= end && answer === undefined)
        answer = await bearer(token).then(
          () => undefined,
          (e: unknown) => e,
        );
      expect(answer).toMatchObject(refused);
    });
  });

  describe('check 10: confusion of tokens', () => {
    const sign = under.issuer;
    it.each([
      ['an ID token', () => sign().userToken(under.app()), { typ: 'JWT' }],
      ['a token without a type', () => sign().userToken(under.app()), { typ: undefined }],
      ['a logout token', () => sign().userToken(under.app()), { typ: 'logout+jwt' }],
      ['a proof', () => sign().userToken(under.app()), { typ: 'dpop+jwt' }],
      ['a token that says where its key is', () => sign().userToken(under.app()), { jku: 'https://evil.example/jwks' }],
      ['a token with its key in it', async () => ofUser(), { jwk: { kty: 'EC' } }],
      ['a token with a certificate', async () => ofUser(), { x5u: 'https://evil.example/cert' }],
      ['a token with a chain', async () => ofUser(), { x5c: ['MIIB'] }],
      ['a token of an unknown key', async () => ofUser(), { kid: 'unknown' }],
    ])('refuses %s', async (_what, make, header) => {
      const claims = JSON.parse(Buffer.from((await make()).split('.')[1]!, 'base64url').toString()) as object;
      const token = await sign().sign({ ...claims }, header);
      await expect(bearer(token)).rejects.toMatchObject(refused);
    });

    it.each([
      ['another resource', { aud: 'https://shop.example' }],
      ['another issuer', { iss: 'https://evil.example' }],
      ['no issuer', { iss: undefined }],
      ['no audience', { aud: undefined }],
      ['no client', { client_id: undefined }],
      ['no app', { app: undefined }],
      ['an app that is none', { app: 'app_x' }],
      ['no id', { jti: undefined }],
      ['a user without a session', { sid: undefined }],
      ['a mode that is none', { mode: 'root' }],
    ])('refuses a token of ours for %s', async (_what, over) => {
      await expect(bearer(await ofUser(over))).rejects.toMatchObject(refused);
    });

    it('refuses a token that chose its own algorithm, none, or another key', async () => {
      const token = await ofUser();
      const [head, body] = token.split('.');
      const payload = JSON.parse(Buffer.from(body!, 'base64url').toString()) as Record<string, unknown>;
      const { kid } = JSON.parse(Buffer.from(head!, 'base64url').toString()) as { kid: string };
      const jwks = await (await fetch(under.issuer().jwksUrl)).text();
      const hmac = (alg: string) =>
        new SignJWT(payload).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(new TextEncoder().encode(jwks));
      const { privateKey } = await generateKeyPair('ES256');
      const rsa = await generateKeyPair('RS256');
      const tokens = [
        new UnsecuredJWT(payload).encode(),
        await hmac('HS256'),
        await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).sign(privateKey),
        await new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid }).sign(rsa.privateKey),
        `${token.slice(0, -2)}AA`,
        `${head}.${Buffer.from(JSON.stringify({ ...payload, sub: 'usr_other' })).toString('base64url')}.${token.split('.')[2]}`,
        `${head}.${body}.`,
        'a.b.c',
        `${'a'.repeat(9_000)}.b.c`,
      ];
      for (const each of tokens) await expect(bearer(each)).rejects.toMatchObject({ status: 401 });
    });
  });

  describe('check 11: proofs of possession', () => {
    const request = { method: 'POST', url: '/v1/things?x=1', address: '127.0.0.1' };
    const good = { htm: 'POST', htu: 'https://api.example.com/push/v1/things' };
    const bound = async () => {
      const phone = await under.issuer().phone();
      return { phone, token: await ofUser({ cnf: { jkt: phone.jkt } }) };
    };
    const dpop = (token: string, proof: string | undefined) =>
      authenticator.verify(`DPoP ${token}`, { ...request, dpop: proof });
    const refusedProof = {
      status: 401,
      code: 'invalid_dpop_proof',
      headers: { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' },
    };

    it('take a token that is bound to a key from whoever has it, again and again', async () => {
      const { phone, token } = await bound();
      for (const htu of [good.htu, `${good.htu}?other=2`, 'HTTPS://API.example.com:443/push/v1/things#x']) {
        expect(await dpop(token, await phone.prove({ ...good, htu }, token))).toMatchObject({ kind: 'user' });
      }
      const late = await phone.prove({ ...good, iat: seconds() - 290 }, token);
      expect(await dpop(token, late)).toMatchObject({ kind: 'user' });
    });

    it.each([
      ['for another method', { htm: 'GET' }, {}],
      ['for another path', { htu: 'https://api.example.com/push/v1/other' }, {}],
      ['for another host', { htu: 'https://evil.example/push/v1/things' }, {}],
      ['over plain http', { htu: 'http://api.example.com/push/v1/things' }, {}],
      ['of long ago', { iat: seconds() - 400 }, {}],
      ['of the future', { iat: seconds() + 400 }, {}],
      ['for another token', { ath: 'x'.repeat(43) }, {}],
      ['for no token', { ath: undefined }, {}],
      ['without an id', { jti: undefined }, {}],
      ['without a time', { iat: undefined }, {}],
      ['of another type', {}, { typ: 'JWT' }],
      ['without its key', {}, { jwk: undefined }],
    ])('refuse a proof %s', async (_what, over, header) => {
      const { phone, token } = await bound();
      const proof = await phone.prove({ ...good, ...over }, token, header);
      await expect(dpop(token, proof)).rejects.toMatchObject(refusedProof);
    });

    it('refuse a proof that was used before, none at all, two at once, and what is none', async () => {
      const { phone, token } = await bound();
      const proof = await phone.prove(good, token);
      expect(await dpop(token, proof)).toMatchObject({ kind: 'user' });
      const other = await phone.prove(good, token);
      for (const each of [proof, undefined, `${other},${other}`, 'a.b.c', token]) {
        await expect(dpop(token, each)).rejects.toMatchObject(refusedProof);
      }
    });

    it('refuse a proof with a private key in it, or signed by another key than it shows', async () => {
      const { phone, token } = await bound();
      const other = await generateKeyPair('ES256', { extractable: true });
      for (const jwk of [await exportJWK(other.privateKey), await exportJWK(other.publicKey)]) {
        const proof = await phone.prove(good, token, { jwk });
        await expect(dpop(token, proof)).rejects.toMatchObject(refusedProof);
      }
    });

    it('refuse the thief, who has the token and a key of his own, and leave its owner alone', async () => {
      const { phone, token } = await bound();
      const thief = await under.issuer().phone();
      await expect(dpop(token, await thief.prove(good, token))).rejects.toMatchObject({ code: 'invalid_token' });
      await expect(authenticator.verify(`Bearer ${token}`, { ...request, dpop: undefined })).rejects.toMatchObject(
        refused,
      );
      expect(await dpop(token, await phone.prove(good, token))).toMatchObject({ kind: 'user' });
    });

    it('are not taken for a token that is bound to nothing', async () => {
      const token = await ofUser();
      const phone = await under.issuer().phone();
      await expect(dpop(token, await phone.prove(good, token))).rejects.toMatchObject({ code: 'invalid_token' });
    });
  });

  describe('keys', () => {
    it('are fetched once for all, and again for a key that is new, but not for each that is made up', async () => {
      const mine = await under.open();
      const check = (token: string) => mine.authenticator.verify(`Bearer ${token}`, GET);
      const before = under.issuer().fetches();
      await Promise.all(Array.from({ length: 20 }, async () => check(await ofUser())));
      expect(under.issuer().fetches() - before).toBe(1);
      const unknown = await under.issuer().sign({ iss: under.issuer().url, aud: 'x' }, { kid: randomUUID() });
      await expect(check(unknown)).rejects.toMatchObject({ status: 401 });
      await expect(check(unknown)).rejects.toMatchObject({ status: 401 });
      expect(under.issuer().fetches() - before).toBe(1);
    });

    it('that rotate are found by services that know the old one', async () => {
      let now = 0;
      const { KeySet } = await import('./tokens/key-set.js');
      const { fetchOurKeys } = await import('./tokens/fetch-our-keys.js');
      const { verifyOurToken } = await import('./tokens/token-verifier.js');
      const keys = new KeySet(() => fetchOurKeys(under.issuer().jwksUrl), { now: () => now });
      const ours = { issuer: under.issuer().url, audience: 'urn:signalbox:api', keys };
      await verifyOurToken(await ofUser(), ours);
      await under.issuer().rotate();
      const token = await ofUser();
      now = 4_999;
      await expect(verifyOurToken(token, ours)).rejects.toThrow('no such key');
      now = 5_000;
      expect(await verifyOurToken(token, ours)).toMatchObject({ principal: { kind: 'user' } });
      under.issuer().away(true);
      now = 1_000_000;
      expect(await verifyOurToken(token, ours)).toMatchObject({ principal: { kind: 'user' } });
      under.issuer().away(false);
    });

    it('that cannot be fetched are a 503: nothing was said about the token', async () => {
      under.issuer().away(true);
      const mine = await under.open();
      await expect(mine.authenticator.verify(`Bearer ${await ofUser()}`, GET)).rejects.toMatchObject({ status: 503 });
      under.issuer().away(false);
    });
  });

  it('that come again cost microseconds', async () => {
    const { authenticator: fresh } = await under.open();
    const token = `Bearer ${await ofUser()}`;
    await fresh.verify(token, GET);
    const rounds = 20_000;
    const startedAt = performance.now();
    for (let round = 0; round < rounds; round += 1) await fresh.verify(token, GET);
    const each = ((performance.now() - startedAt) / rounds) * 1_000;
    process.stdout.write(`a token that comes again: ${each.toFixed(1)} µs\n`);
    expect(each).toBeLessThan(100);
  });
});
