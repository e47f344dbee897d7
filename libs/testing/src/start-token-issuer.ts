import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** What of a user's token is not as usual. */
export interface UserClaims {
  readonly userId?: string;
  readonly sessionId?: string;
  readonly scope?: string;
  /** Whatever else the token shall say; undefined takes a claim away. */
  readonly over?: Readonly<Record<string, unknown>>;
}

/** A key on a phone, and proofs that it is there (RFC 9449). */
export interface TestPhone {
  readonly jkt: string;
  prove(claims: Readonly<Record<string, unknown>>, accessToken: string, header?: object): Promise<string>;
}

/** An issuer of access tokens, where no auth service runs: its keys are served over HTTP, its tokens look as ours. */
export interface TestIssuer {
  readonly url: string;
  readonly jwksUrl: string;
  /** How often its keys were asked for. */
  fetches(): number;
  /** While it is away, its keys are answered 503. */
  away(isAway: boolean): void;
  /** Signs with another key from now on; both are published. */
  rotate(): Promise<void>;
  /** The same in an emergency: no other key is published any more. */
  replaceKeys(): Promise<void>;
  sign(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  userToken(app: Uuid, claims?: UserClaims): Promise<string>;
  /** Of a client, or of an API key that was exchanged. */
  machineToken(app: Uuid, clientId: string, scope: string, over?: Readonly<Record<string, unknown>>): Promise<string>;
  phone(): Promise<TestPhone>;
  close(): Promise<void>;
}

const AUDIENCE = 'urn:signalbox:api';
const LIFE = 300;

export async function startTokenIssuer(): Promise<TestIssuer> {
  const published: JWK[] = [];
  let signing: { readonly kid: string; readonly key: CryptoKey };
  let fetches = 0;
  let isAway = false;
  const rotate = async (): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const kid = randomUUID();
    published.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
    signing = { kid, key: privateKey };
  };
  const replaceKeys = async (): Promise<void> => {
    published.length = 0;
    await rotate();
  };
  await rotate();
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(isAway ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: published }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sign: TestIssuer['sign'] = (claims, header = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: signing.kid, ...header })
      .sign(signing.key);
  const common = (app: Uuid) => {
    const iat = Math.floor(Date.now() / 1_000);
    return {
      iss: url,
      aud: AUDIENCE,
      app: formatId('app', app),
      mode: 'test',
      iat,
      exp: iat + LIFE,
      jti: randomUUID(),
    };
  };
  return {
    url,
    jwksUrl: `${url}/oauth/jwks`,
    fetches: () => fetches,
    away: (away) => (isAway = away),
    rotate,
    replaceKeys,
    sign,
    userToken: (app, { userId, sessionId, scope, over } = {}) =>
      sign({
        ...common(app),
        sub: userId ?? formatId('user', newUuid()),
        client_id: formatId('client', newUuid()),
        sid: sessionId ?? formatId('session', newUuid()),
        scope: scope ?? 'devices:register-own payments:read-own account:manage',
        auth_time: Math.floor(Date.now() / 1_000),
        acr: 'urn:signalbox:1fa',
        amr: ['pwd'],
        ...over,
      }),
    machineToken: (app, clientId, scope, over = {}) =>
      sign({ ...common(app), sub: clientId, client_id: clientId, scope, ...over }),
    phone: makePhone,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function makePhone(): Promise<TestPhone> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk, 'sha256'),
    prove: (claims, accessToken, header = {}) =>
      new SignJWT({
        jti: randomUUID(),
        iat: Math.floor(Date.now() / 1_000),
        ath: createHash('sha256').update(accessToken).digest('base64url'),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey),
  };
}
