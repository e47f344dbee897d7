import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  type DataRequestAnswer,
  type DataRequestView,
  formatId,
  newUuid,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { type Database, openDatabase } from '@signalbox/database';
import { ACR, type Principal, problems, type RunningService, startService, type UserPrincipal } from '@signalbox/http';
import type { Holding } from '@signalbox/personal-data';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { SigningKeys } from '../keys/signing-keys.js';
import { Sessions } from '../sessions/sessions.js';
import { endSessionsBy } from './end-sessions.js';
import { MyDataModule } from './my-data.module.js';
import { PersonalData } from './personal-data.js';

/** Who calls stands in the header, as if a token had said so. */
const tokens = new Map<string, UserPrincipal>();
/** What sign-in providers do when they are told. */
const providers = { down: false, asked: [] as Uuid[] };
const atProviders: Holding = {
  name: 'sign-in providers',
  tellOthers: async ({ userId }) => {
    providers.asked.push(parseId('user', userId)!);
    return providers.down ? { end: 'later', afterMs: 500, reason: 'apple' } : { end: 'done' };
  },
  erase: () => Promise.resolve({}),
};

let service: RunningService;
let personalData: PersonalData;
let database: Database;
afterAll(async () => {
  await service.close();
  await personalData.stop();
  await database.close();
});
// A request goes through several hands, on a machine that may be busy.
jest.setTimeout(30_000);
const WITHIN = { within: 20_000 };
const postgres = usePostgres();

beforeAll(async () => {
  const logger = createLogger('auth', 'silent');
  const metrics = createMetrics('auth');
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  database = openDatabase({ url: postgres.url(), name: 'auth under test', onIdleError: () => undefined });
  const keys = new SigningKeys(database, envelope);
  await keys.load();
  personalData = new PersonalData({
    ...{ database, envelope, logger, metrics },
    issuer: 'http://auth.test',
    signer: keys,
    endSessions: endSessionsBy(new Sessions(database)),
    services: ['auth'],
    dueHours: 72,
    holdings: [atProviders],
  });
  personalData.start();
  service = await startService({
    name: 'auth',
    module: MyDataModule.with(personalData),
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics,
    authenticator: {
      verify: async (header): Promise<Principal> => {
        const user = tokens.get(header?.replace('Bearer ', '') ?? '');
        if (user === undefined) throw problems.unauthenticated('no such token');
        return user;
      },
    },
    hasSecondFactor: async ({ clientId }) => clientId === 'of who has a second factor',
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    title: 'test',
    description: 'test',
  });
});

async function signIn(
  appId: Uuid,
  change: Partial<UserPrincipal> = {},
): Promise<{ token: string; id: Uuid; userId: string }> {
  const id = newUuid();
  const userId = change.userId ?? formatId('user', id);
  await database.query(`INSERT INTO auth_user (id, app_id, email, email_key, name) VALUES ($1, $2, $3, $3, 'Ann')`, [
    id,
    appId,
    `${id}@example.com`,
  ]);
  const token = randomBytes(8).toString('hex');
  tokens.set(token, {
    ...{ kind: 'user', appId, mode: 'test', userId, clientId: 'cli_1', scopes: new Set(['account:manage']) },
    ...{ acr: ACR.oneFactor, amr: ['pwd'], authTime: Math.floor(Date.now() / 1_000) },
    ...change,
  });
  return { token, id, userId };
}

async function call<Body = { code: string }>(method: string, path: string, token: string) {
  const response = await fetch(new URL(path, service.url), { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
}

const ended = (id: string) =>
  eventually(async () => expect((await personalData.desk.find(null, id))?.state).toBe('done'), WITHIN);

const SENSITIVE = [
  ['DELETE', '/v1/me'],
  ['POST', '/v1/me/exports'],
  ['GET', '/v1/me/data-requests/drq_x/archive'],
  ['POST', '/v1/me/data-requests/drq_x/archive-links'],
] as const;

describe('what only who has just proven who they are may do', () => {
  it.each(SENSITIVE)('check 35: %s %s wants a sign-in of the last five minutes', async (method, path) => {
    const { token } = await signIn(await insertApp(database), { authTime: Math.floor(Date.now() / 1_000) - 301 });
    const { status, body, headers } = await call(method, path, token);
    expect([status, body.code]).toEqual([401, 'insufficient_user_authentication']);
    expect(headers.get('www-authenticate')).toContain('max_age="300"');
  });

  it.each(SENSITIVE)('check 35: %s %s wants the second factor of whoever has one', async (method, path) => {
    const clientId = 'of who has a second factor';
    const appId = await insertApp(database);
    const weak = await signIn(appId, { clientId });
    expect((await call(method, path, weak.token)).status).toBe(401);
    const strong = await signIn(appId, { clientId, acr: ACR.twoFactors });
    expect((await call(method, path, strong.token)).status).not.toBe(401);
  });

  it('is nothing for tokens without the scope, whenever they signed in', async () => {
    const { token } = await signIn(await insertApp(database), { scopes: new Set() });
    for (const [method, path] of SENSITIVE) expect((await call(method, path, token)).status).toBe(403);
  });
});

describe('a user’s own data', () => {
  it('check 35: is erased; the ticket shows the receipt to whoever has no account any more', async () => {
    const appId = await insertApp(database);
    const ann = await signIn(appId);
    const { status, body } = await call<DataRequestAnswer>('DELETE', '/v1/me', ann.token);
    expect([status, body.user]).toEqual([202, ann.userId]);
    await ended(body.id);
    expect((await database.query('SELECT FROM auth_user WHERE id = $1', [ann.id])).rows).toEqual([]);
    const request = await personalData.desk.byTicket(body.ticket!);
    expect(request).toMatchObject({ state: 'done', receipt: expect.any(String), askedBy: ann.userId });
  });

  it('check 35: is not erased before the sign-in provider was told, which is asked again when it is down', async () => {
    const appId = await insertApp(database);
    const ann = await signIn(appId);
    providers.down = true;
    const { body } = await call<DataRequestAnswer>('DELETE', '/v1/me', ann.token);
    const step = () =>
      database.query(`SELECT state, reason FROM data_request_step WHERE request_id = $1`, [
        parseId('dataRequest', body.id),
      ]);
    await eventually(async () => expect((await step()).rows).toEqual([{ state: 'under_way', reason: 'apple' }]));
    const { rows } = await database.query('SELECT status, email IS NOT NULL AS there FROM auth_user WHERE id = $1', [
      ann.id,
    ]);
    expect(rows).toEqual([{ status: 'erasing', there: true }]);
    providers.down = false;
    await database.query(`UPDATE data_request_step SET next_at = now() WHERE state = 'under_way'`);
    await ended(body.id);
    expect(providers.asked.filter((id) => id === ann.id).length).toBeGreaterThanOrEqual(2);
  });

  it('is exported and downloaded by the user, and is there for nobody else', async () => {
    const appId = await insertApp(database);
    const [ann, bob] = [await signIn(appId), await signIn(appId)];
    const { body } = await call<DataRequestAnswer>('POST', '/v1/me/exports', ann.token);
    await ended(body.id);
    const path = `/v1/me/data-requests/${body.id}`;
    expect((await call<DataRequestView>('GET', path, ann.token)).body.state).toBe('done');
    const archive = await call<{ services: { auth: { profile: unknown[] } } }>('GET', `${path}/archive`, ann.token);
    expect(archive.body.services.auth.profile).toMatchObject([{ name: 'Ann', email: `${ann.id}@example.com` }]);
    for (const [method, of] of [
      ['GET', path],
      ['GET', `${path}/archive`],
      ['POST', `${path}/archive-links`],
    ] as const) {
      expect((await call(method, of, bob.token)).status).toBe(404);
    }
    const trail = await call<{ items: { action: string; actor: string }[] }>('GET', '/v1/me/audit', ann.token);
    expect(trail.body.items.map(({ action, actor }) => [action, actor])).toEqual([
      ['download', ann.userId],
      ['export', ann.userId],
    ]);
    expect((await call<{ items: unknown[] }>('GET', '/v1/me/audit', bob.token)).body.items).toEqual([]);
  });

  it('is that of users of another issuer as well, whose ids stay out of the log', async () => {
    const appId = await insertApp(database);
    const { token } = await signIn(appId, { userId: 'auth0|ann@example.com' });
    const { body } = await call<DataRequestAnswer>('DELETE', '/v1/me', token);
    await ended(body.id);
    const log = await database.query('SELECT payload, subject FROM event_log WHERE app_id = $1', [appId]);
    expect(JSON.stringify(log.rows)).not.toContain('auth0');
  });
});
