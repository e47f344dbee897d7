/**
 * Refreshes, machine tokens and whole sign-ins that the auth service does in a second, as a process of its own on a real Postgres:
 * each refresh a committed rotation, each sign-in page, password (argon2id), consent, code and tokens, with everything that judges it.
 * `npm run bench:sign-in`. One process of the service, Postgres and the sender share the machine.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { type Database, migrate, openDatabase, OWN_MIGRATIONS } from '@signalbox/database';
import { Passwords } from '../../apps/auth/dist/accounts/passwords/passwords.js';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { launchProcess } from '@signalbox/process-control';
import { postAll } from '../load/burst.ts';
import { type Load, percentile, type Post } from '../load/post-load.ts';
import { signIn } from './visit.ts';
import {
  INSERT_PEOPLE,
  INSERT_RECORDS,
  INSERT_SESSIONS,
  INSERT_SIGN_IN_APP,
  INSERT_SIGN_IN_CLIENT,
  INSERT_SIGN_IN_USER,
} from './sign-in.queries.ts';

const ROUNDS = 5;
const CALLS = 3_000;
const CONNECTIONS = 32;
const SIGN_INS = 150;
const BROWSERS = 8;
const PASSWORD = 'correct horse battery staple 42';
const REDIRECT_URI = 'com.example:/callback';
const WARM_UP = 3_000;
const SCOPE = 'openid account:manage';

const directory = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
const hash = (value: string): Buffer => createHash('sha256').update(value).digest();

interface Cast {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly phone: string;
  readonly machine: string;
  readonly secret: string;
}

async function makeCast(database: Database): Promise<Cast> {
  const [appId, userId, secret] = [newUuid(), newUuid(), randomBytes(32).toString('base64url')];
  const [phone, machine] = [formatId('client', newUuid()), formatId('client', newUuid())];
  await database.query(INSERT_SIGN_IN_APP, [appId]);
  await database.query(INSERT_SIGN_IN_USER, [userId, appId]);
  await database.query(INSERT_SIGN_IN_CLIENT, [phone, appId, 'native', null, [REDIRECT_URI], ['account:manage']]);
  await database.query(INSERT_SIGN_IN_CLIENT, [machine, appId, 'service', hash(secret), [], ['events:read']]);
  return { appId, userId, phone, machine, secret };
}

/** So many signed-in phones, each with one refresh token that was never used. */
async function signedIn(database: Database, cast: Cast, count: number, audience: string): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newUuid());
  const tokens = ids.map(() => randomBytes(32).toString('base64url'));
  await database.query(INSERT_SESSIONS, [ids, cast.appId, cast.userId, cast.phone]);
  const now = Math.floor(Date.now() / 1_000);
  const common = { iat: now, exp: now + 5_184_000, accountId: formatId('user', cast.userId), clientId: cast.phone };
  const grants = ids.map((id) => ({
    kind: 'Grant',
    id: hash(formatId('session', id)),
    session: id,
    payload: { ...common, kind: 'Grant', openid: { scope: 'openid' }, resources: { [audience]: SCOPE } },
  }));
  const records = ids.map((id, index) => ({
    kind: 'RefreshToken',
    id: hash(tokens[index]!),
    session: id,
    payload: {
      ...common,
      kind: 'RefreshToken',
      gty: 'authorization_code',
      grantId: formatId('session', id),
      scope: SCOPE,
      resource: audience,
      rotations: 0,
      iiat: now,
      authTime: now,
    },
  }));
  const all = [...grants, ...records];
  await database.query(INSERT_RECORDS, [
    all.map(({ kind }) => kind),
    all.map(({ id }) => id),
    all.map(({ session }) => session),
    all.map(({ payload }) => JSON.stringify(payload)),
  ]);
  return tokens;
}

function tokenCall(body: Record<string, string>, headers: Record<string, string> = {}): Post {
  return {
    path: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: Buffer.from(new URLSearchParams(body).toString()),
  };
}

/** So many users who signed in before nowhere, a few at a time, each from a network of its own. */
async function signInAll(database: Database, cast: Cast, origin: string, count: number): Promise<Load> {
  const hash = await new Passwords({ slots: 2, waiting: 10 }).hash(PASSWORD);
  const ids = Array.from({ length: count }, () => newUuid());
  await database.query(INSERT_PEOPLE, [ids, cast.appId, hash]);
  const milliseconds: number[] = [];
  const began = performance.now();
  const left = [...ids];
  await Promise.all(
    Array.from({ length: BROWSERS }, async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        const sentAt = performance.now();
        const ip = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
        const person = { email: `${id}@example.com`, password: PASSWORD, ip };
        await signIn({ origin, clientId: cast.phone, redirectUri: REDIRECT_URI, ...person });
        milliseconds.push(performance.now() - sentAt);
      }
    }),
  );
  const sorted = milliseconds.sort((one, other) => one - other);
  const perSecond = (count * 1_000) / (performance.now() - began);
  return { perSecond, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

const spread = (values: readonly number[], digits = 0): string => {
  const sorted = [...values].sort((one, other) => one - other);
  const [median, least, most] = [sorted[Math.floor(sorted.length / 2)]!, sorted[0]!, sorted.at(-1)!];
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
};

const postgres = await PostgresServer.open({ directory: join(directory, 'pg'), port: 0, settings: {} });
try {
  await postgres.ensureDatabase('bench');
  await migrate(postgres.url('bench'), OWN_MIGRATIONS);
  const database = openDatabase({ url: postgres.url('bench'), name: 'bench', onIdleError: () => undefined });
  const cast = await makeCast(database);
  const port = await freePort(0);
  const origin = `http://127.0.0.1:${port}`;
  const audience = 'urn:signalbox:api';
  const auth = await launchProcess({
    entry: 'apps/auth/dist/main.js',
    env: {
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATABASE_URL: postgres.url('bench'),
      OPERATOR_TOKEN: `sbo_${randomBytes(24).toString('base64url')}`,
      MASTER_KEY: randomBytes(32).toString('base64'),
      SIGN_IN_CALLS_PER_MINUTE: '100000000',
      TRUSTED_PROXIES: '127.0.0.1',
      ISSUER: origin,
    },
    ready: { url: `${origin}/health/ready` },
  });
  try {
    const basic = `Basic ${Buffer.from(`${cast.machine}:${cast.secret}`).toString('base64')}`;
    const machineToken = tokenCall(
      { grant_type: 'client_credentials', scope: 'events:read' },
      { authorization: basic },
    );
    const kinds = {
      refresh: async (count: number) =>
        (await signedIn(database, cast, count, audience)).map((token) =>
          tokenCall({ grant_type: 'refresh_token', client_id: cast.phone, refresh_token: token }),
        ),
      client_credentials: (count: number) => Promise.resolve(Array.from({ length: count }, () => machineToken)),
    };
    const loads: Record<keyof typeof kinds | 'sign-in', Load[]> = {
      refresh: [],
      client_credentials: [],
      'sign-in': [],
    };
    for (const make of Object.values(kinds)) await postAll(origin, await make(WARM_UP), CONNECTIONS);
    await signInAll(database, cast, origin, SIGN_INS);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, make] of Object.entries(kinds)) {
        loads[name as keyof typeof kinds].push(await postAll(origin, await make(CALLS), CONNECTIONS));
      }
      loads['sign-in'].push(await signInAll(database, cast, origin, SIGN_INS));
    }
    console.log(
      `\n${ROUNDS} rounds of ${CALLS} calls over ${CONNECTIONS} connections, and of ${SIGN_INS} sign-ins by ${BROWSERS} at a time: median (least to most)`,
    );
    for (const [name, of] of Object.entries(loads)) {
      const [rate, p50, p99] = [
        spread(of.map((load) => load.perSecond)),
        spread(
          of.map((load) => load.p50),
          1,
        ),
        spread(
          of.map((load) => load.p99),
          1,
        ),
      ];
      console.log(`  ${name.padEnd(18)}  ${rate}/s   p50 ${p50} ms   p99 ${p99} ms`);
    }
  } finally {
    await auth.stop();
    await database.close();
  }
} finally {
  await postgres.discard();
  await rm(directory, { recursive: true, force: true });
}
