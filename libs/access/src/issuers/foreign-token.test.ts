import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { eventually, insertApp, startTokenIssuer, type TestIssuer } from '@signalbox/testing';
import { useAccess } from '../access.harness.js';
import { DpopProofs } from '../dpop/dpop-proofs.js';
import { TokenAuthenticator } from '../token-authenticator.js';
import { TokenCache } from '../tokens/token-cache.js';
import type { VerifiedToken } from '../tokens/verified-token.js';
import { KnownIssuers } from './known-issuers.js';

const seconds = (): number => Math.floor(Date.now() / 1_000);

describe('tokens of issuers that an app trusts', () => {
  const under = useAccess();
  let idp: TestIssuer;
  let authenticator: TokenAuthenticator;
  beforeAll(async () => {
    idp = await startTokenIssuer();
    await trust(under.app(), 'urn:shop');
    ({ authenticator } = await under.open());
  });
  const closing: { close(): Promise<void> }[] = [];
  afterAll(() => Promise.all([idp, ...closing].map((each) => each.close())));

  async function trust(app: Uuid, audience: string, over: { claim?: string; userClaim?: string; jwks?: string } = {}) {
    const id = newUuid();
    await under.database().query(
      `INSERT INTO token_issuer (id, app_id, issuer, audience, audience_claim, jwks_uri, algorithms, user_claim, scopes)
       VALUES ($1, $2, $3, $4, $5, $6, '{ES256}', $7, '{payments:read-own}')`,
      [id, app, idp.url, audience, over.claim ?? 'aud', over.jwks ?? idp.jwksUrl, over.userClaim ?? 'sub'],
    );
    return id;
  }
  const token = (over: Record<string, unknown> = {}, header: Record<string, unknown> = { typ: 'JWT' }) =>
    idp.sign(
      { iss: idp.url, aud: 'urn:shop', sub: 'auth0|ann', iat: seconds(), exp: seconds() + 3_600, ...over },
      header,
    );
  const verify = (jwt: string, by = authenticator) => by.verify(`Bearer ${jwt}`);

  it('are users of that app, with the scopes that the app granted and no others', async () => {
    const jwt = await token({
      scope: 'payments:write account:manage',
      azp: 'spa',
      acr: 'urn:signalbox:2fa',
      auth_time: 9,
    });
    expect(await verify(jwt)).toEqual({
      kind: 'user',
      appId: under.app(),
      mode: 'test',
      userId: 'auth0|ann',
      clientId: 'spa',
      scopes: new Set(['payments:read-own']),
      amr: [],
      authTime: 9,
    });
  });

  it.each([
    ['for another audience', { aud: 'urn:other' }, {}],
    ['without an audience', { aud: undefined }, {}],
    ['of another issuer', { iss: 'https://evil.example' }, {}],
    ['without an end', { exp: undefined }, {}],
    ['without a beginning', { iat: undefined }, {}],
    ['of the future', { iat: seconds() + 30 }, {}],
    ['that has expired', { exp: seconds() - 10 }, {}],
    ['of nobody', { sub: undefined }, {}],
    ['of a user of ours', { sub: 'usr_01h455vb4pex5vsknk084sn02q' }, {}],
    ['that Cognito calls an ID token', { token_use: 'id' }, {}],
    ['that Keycloak calls a refresh token', { typ: 'Refresh' }, {}],
    ['that is a logout token', {}, { typ: 'logout+jwt' }],
    ['with a key of its own', {}, { jku: 'https://evil.example' }],
  ])('are refused %s', async (_what, over, header) => {
    await expect(verify(await token(over, { typ: 'JWT', ...header }))).rejects.toMatchObject({ status: 401 });
  });

  it('live a day at most, and say so where they would live longer', async () => {
    const iat = seconds();
    expect(await verify(await token({ iat, exp: iat + 86_400 }))).toMatchObject({ kind: 'user' });
    await expect(verify(await token({ iat, exp: iat + 86_401 }))).rejects.toMatchObject({
      status: 401,
      detail: expect.stringContaining('more than 24 hours'),
    });
  });

  it('find their audience where Cognito has it, and their user where the app says', async () => {
    await trust(under.app(), 'client-7', { claim: 'client_id', userClaim: 'username' });
    const { authenticator: fresh } = await under.open();
    const jwt = await token({ aud: undefined, client_id: 'client-7', username: 'ann', token_use: 'access' });
    expect(await verify(jwt, fresh)).toMatchObject({ userId: 'ann', clientId: 'client-7' });
  });

  it('for two apps at once are for none', async () => {
    await trust(await insertApp(under.database()), 'urn:neighbour');
    const { authenticator: fresh } = await under.open();
    await expect(verify(await token({ aud: ['urn:shop', 'urn:neighbour'] }), fresh)).rejects.toMatchObject({
      status: 401,
    });
    expect(await verify(await token({ aud: 'urn:neighbour' }), fresh)).not.toMatchObject({ appId: under.app() });
  });

  it('for several audiences of one app are of that app, as its oldest entry says', async () => {
    await trust(under.app(), 'urn:shop-phone', { userClaim: 'email' });
    const { authenticator: fresh } = await under.open();
    const jwt = await token({ aud: ['urn:shop-phone', 'urn:shop'], email: 'ann@example.com' });
    expect(await verify(jwt, fresh)).toMatchObject({ appId: under.app(), userId: 'auth0|ann' });
  });

  it('that were being verified while their issuer was taken away are refused, now and when they come again', async () => {
    const keys = await gatedKeys(idp.jwksUrl);
    closing.push(keys);
    const id = await trust(under.app(), 'urn:race', { jwks: keys.url });
    let now = 0;
    const verified = new TokenCache<VerifiedToken>(10);
    const issuers = new KnownIssuers({
      sql: under.database(),
      allowPrivate: true,
      onChange: () => verified.clear(),
      now: () => now,
    });
    const proofs = new DpopProofs('http://test');
    const none = { verify: () => Promise.reject(new Error('no key')) };
    const slow = new TokenAuthenticator({ keys: none, issuers, proofs, verified });
    const jwt = await token({ aud: 'urn:race' });
    const first = verify(jwt, slow).catch((error: unknown) => error);
    await keys.asked;
    await under.database().query('DELETE FROM token_issuer WHERE id = $1', [id]);
    now = 5_000;
    await issuers.refresh();
    keys.open();
    expect(await first).toMatchObject({ status: 401 });
    await expect(verify(jwt, slow)).rejects.toMatchObject({ status: 401 });
  });

  it('are refused a moment after the app stops trusting, also those that were taken before', async () => {
    const id = await trust(under.app(), 'urn:gone');
    const { authenticator: fresh } = await under.open();
    const jwt = await token({ aud: 'urn:gone' });
    expect(await verify(jwt, fresh)).toMatchObject({ kind: 'user' });
    await under.database().query('DELETE FROM token_issuer WHERE id = $1', [id]);
    await eventually(() => expect(verify(jwt, fresh)).rejects.toMatchObject({ status: 401 }), { within: 8_000 });
  }, 15_000);

  it('check 27: of a live app are never verified with keys of this machine, whatever the operator allows', async () => {
    const live = await insertApp(under.database(), 'live');
    await trust(live, 'urn:live');
    const { authenticator: fresh } = await under.open();
    const before = idp.fetches();
    await expect(verify(await token({ aud: 'urn:live' }), fresh)).rejects.toMatchObject({ status: 503 });
    expect(idp.fetches()).toBe(before);
    const { authenticator: strict } = await under.open({ AUTH_ALLOW_PRIVATE: false });
    await expect(verify(await token(), strict)).rejects.toMatchObject({ status: 503 });
    expect(idp.fetches()).toBe(before);
  });
});

/** The keys of an issuer, which come when the gate is opened. */
async function gatedKeys(jwksUrl: string) {
  const [arrival, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const server = createServer((_request, response) => {
    arrival.resolve();
    void gate.promise
      .then(async () => (await fetch(jwksUrl)).text())
      .then((keys) => response.writeHead(200, { 'content-type': 'application/json' }).end(keys));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: arrival.promise,
    open: () => gate.resolve(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
