import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { formatId, newUuid, SECRET_KEY_SCOPES, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { insertAppWithKey, type RunningProcess, startProcess } from '@signalbox/testing';
import { calculateJwkThumbprint, SignJWT } from 'jose';

export const SERVICES = ['auth', 'payments', 'push', 'events'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** An app with a secret key that may everything. */
export interface AppOnStage {
  readonly id: Uuid;
  readonly key: string;
}

/** A user who is signed in, as the database has it, with an access token. */
export interface SignedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly token: string;
}

/** All services that take access tokens, as real processes; the key that the auth service signs with is known to the test. */
export interface AccessStage {
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly processes: Readonly<Record<ServiceName, RunningProcess>>;
  readonly operatorToken: string;
  newApp(): Promise<AppOnStage>;
  signIn(app: AppOnStage, count?: number): Promise<SignedIn[]>;
  /** What the auth service would sign; `undefined` takes a claim away. */
  sign(claims: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** The claims of a user's token. */
  claimsOf(app: AppOnStage, userId: string, sessionId: string): Readonly<Record<string, unknown>>;
  ask(service: ServiceName, method: string, path: string, token?: string, body?: unknown): Promise<Response>;
  stop(): Promise<void>;
}

const SCOPES = 'openid devices:register-own payments:read-own account:manage';
/** Signing keys belong to no app. */
const PRIVATE_KEY = { appId: '00000000-0000-0000-0000-000000000000', table: 'oidc_signing_key', column: 'sealed' };

export async function startAccessStage(
  database: Database,
  {
    databaseUrl,
    redisUrl,
    env = {},
  }: {
    readonly databaseUrl: string;
    readonly redisUrl: string | undefined;
    /** Added to that of every service. */
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<AccessStage> {
  const masterKey = randomBytes(32).toString('base64');
  const operatorToken = `sbo_${randomBytes(24).toString('base64url')}`;
  const key = await insertSigningKey(database, new Envelope(loadMasterKey({ key: masterKey })));
  const ports = await Promise.all(SERVICES.map(() => freePort(0)));
  const urls = Object.fromEntries(SERVICES.map((name, at) => [name, `http://127.0.0.1:${ports[at]}`])) as Record<
    ServiceName,
    string
  >;
  const common = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: `{access-${randomBytes(4).toString('hex')}}`,
    MASTER_KEY: masterKey,
    OPERATOR_TOKEN: operatorToken,
    LOG_LEVEL: 'warn',
    AUTH_ALLOW_PRIVATE: 'true',
    ...env,
  };
  const start = (name: ServiceName) =>
    startProcess({
      entry: `apps/${name}/dist/main.js`,
      env: {
        ...common,
        PORT: new URL(urls[name]).port,
        ...(name === 'auth' ? { ISSUER: urls.auth } : { AUTH_ISSUER: urls.auth, PUBLIC_URL: urls[name] }),
      },
      ready: { url: `${urls[name]}/health/ready` },
      within: 60_000,
    });
  const started = await Promise.all(SERVICES.map(start));
  const processes = Object.fromEntries(SERVICES.map((name, at) => [name, started[at]])) as Record<
    ServiceName,
    RunningProcess
  >;

  const sign: AccessStage['sign'] = (claims, header = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
      .sign(key.privateKey);
  const claimsOf: AccessStage['claimsOf'] = (app, userId, sessionId) => {
    const iat = Math.floor(Date.now() / 1_000);
    return {
      ...{ iss: urls.auth, aud: 'urn:signalbox:api', sub: userId, sid: sessionId, client_id: CLIENT },
      ...{ app: formatId('app', app.id), mode: 'test', scope: SCOPES, iat, exp: iat + 300, jti: randomUUID() },
      ...{ auth_time: iat, acr: 'urn:signalbox:1fa', amr: ['pwd'] },
    };
  };
  return {
    urls,
    processes,
    operatorToken,
    newApp: () => insertAppWithKey(database, SECRET_KEY_SCOPES),
    sign,
    claimsOf,
    async signIn(app, count = 1) {
      const ids = Array.from({ length: count }, () => ({ user: newUuid(), session: newUuid() }));
      await insertSessions(database, app.id, ids);
      return Promise.all(
        ids.map(async ({ user, session }) => {
          const [userId, sessionId] = [formatId('user', user), formatId('session', session)];
          return { userId, sessionId, token: await sign(claimsOf(app, userId, sessionId)) };
        }),
      );
    },
    ask: (service, method, path, token, body) =>
      fetch(urls[service] + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'manual',
      }),
    async stop() {
      await Promise.all(started.map((process) => process.stop()));
    },
  };
}

const CLIENT = formatId('client', newUuid());

/** Put there before the auth service starts, which then makes none of its own. */
async function insertSigningKey(database: Database, envelope: Envelope) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint({ ...jwk, kty: 'EC' });
  const sealed = envelope.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), PRIVATE_KEY);
  await database.query(
    `INSERT INTO oidc_signing_key (kid, public_jwk, sealed, state, current_since) VALUES ($1, $2, $3, 'current', now())`,
    [kid, JSON.stringify({ ...jwk, kid, alg: 'ES256', use: 'sig' }), sealed],
  );
  return { kid, privateKey };
}

async function insertSessions(
  database: Database,
  app: Uuid,
  ids: readonly { readonly user: Uuid; readonly session: Uuid }[],
): Promise<void> {
  const users = ids.map(({ user }) => user);
  await database.query(`INSERT INTO auth_user (id, app_id) SELECT unnest($2::uuid[]), $1`, [app, users]);
  await database.query(
    `INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, activated_at, expires_at)
     SELECT session, $1, "user", $4, now(), 'urn:signalbox:1fa', '{pwd}', now(), now() + interval '1 day'
     FROM unnest($2::uuid[], $3::uuid[]) AS entry ("user", session)`,
    [app, users, ids.map(({ session }) => session), CLIENT],
  );
  // Without a refresh token a session is over.
  await database.query(
    `INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at)
     SELECT 'RefreshToken', sha256(session::text::bytea), session, '{}', now() + interval '1 day' FROM unnest($1::uuid[]) AS entry (session)`,
    [ids.map(({ session }) => session)],
  );
}
