import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, jest } from '@jest/globals';
import { formatId, newUuid, parseId, USER_SCOPES, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { type Database, openDatabase, openPrisma, type PrismaClient } from '@signalbox/database';
import {
  allow,
  ApiKeyAuthenticator,
  type Authenticator,
  hashApiKey,
  newKeyText,
  type Principal,
  type RunningService,
  startService,
} from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { startSandbox, type TestSandbox, usePostgres } from '@signalbox/testing';
import { AppRegistry } from '../apps/app-registry.js';
import { ENGINE_PATHS, mountEngine } from '../engine/mount.js';
import { SignInSide } from '../sign-in-side.js';
import {
  CALLBACK,
  TEST_AUDIENCE,
  TEST_ISSUER,
  type TestBrowser,
  TestPhone,
  type TestSignIn,
} from '../sign-in.harness.js';
import { PAGE_PATHS, signInPages } from '../pages/sign-in-pages.js';
import { StandIns } from '../pages/stand-ins.harness.js';
import type { UserRow as FoundUser } from '../users/user-row.js';
import { FIND_USER } from '../users/users.queries.js';
import type { SocialSide } from './social-side.js';

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;

/** Sign-in with everything real but Google, Apple and the others, which the sandbox plays, and the pages. */
export interface TestSocial {
  side(): SocialSide;
  database(): Database;
  envelope(): Envelope;
  sandbox(): TestSandbox;
  /** Of the stand-ins. */
  standIns(): string;
  /** Where TEST_ISSUER really is, `host:port`. */
  host(): string;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Calls a JSON route, as the operator unless told. */
  // Answers are JSON, and the expectation is their type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  call(method: string, path: string, body?: unknown, key?: string): Promise<{ status: number; body: any }>;
  newApp(): Promise<TestApp>;
  /** With Google, Apple and the provider `acme`. */
  newAppWithProviders(): Promise<TestApp>;
  newUser(app: TestApp, user?: { email?: string; verified?: boolean; password?: string }): Promise<Uuid>;
  /** Somebody who can sign in with address and password. */
  newAccount(app: TestApp): Promise<LocalAccount>;
  visitor(app: TestApp): SocialVisitor;
  /** What a user's access token says to the routes under /v1/me. */
  tokenOf(app: TestApp, userId: Uuid): string;
  events(app: TestApp, type: string): Promise<Record<string, unknown>[]>;
  identities(app: TestApp): Promise<IdentityRow[]>;
  users(app: TestApp): Promise<UserRow[]>;
}

export interface TestApp {
  readonly id: Uuid;
  readonly publicId: string;
  /** Of the app on phones. */
  readonly clientId: string;
  readonly publishableKey: string;
}

export interface LocalAccount {
  readonly userId: Uuid;
  readonly email: string;
  readonly password: string;
}

interface IdentityRow {
  readonly id: Uuid;
  readonly user_id: Uuid;
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly client_id: string;
  readonly email: string | null;
  readonly is_private_email: boolean;
  readonly refresh_token: Buffer | null;
  readonly suspended_at: Date | null;
  readonly withdrawn_at: Date | null;
}

interface UserRow {
  readonly id: Uuid;
  readonly email: string | null;
  readonly email_verified_at: Date | null;
  readonly name: string | null;
  readonly password_hash: string | null;
}

export function useSocial(): TestSocial {
  // Some machines have much else to do.
  jest.setTimeout(30_000);
  const masterKey = randomBytes(32).toString('base64');
  let service: RunningService;
  let side: SignInSide;
  let database: Database;
  let prisma: PrismaClient;
  let envelope: Envelope;
  let sandbox: TestSandbox;
  let standIns: string;
  let standInParts: StandIns;

  // Hooks after the tests run in the order they were made: whoever uses the database leaves it before it is dropped.
  afterAll(async () => {
    await service.close();
    await side.stop();
    await prisma.$disconnect();
    await database.close();
    await sandbox.stop();
  });

  const postgres = usePostgres();

  beforeAll(async () => {
    sandbox = await startSandbox();
    // Their keys take a while to make, and somebody would wait for them in a sign-in.
    for (const name of ['google', 'apple', 'acme']) await sandbox.control('GET', `/v1/sign-in/${name}/keys`);
    standIns = new URL((await sandbox.control<{ issuer: string }>('GET', '/v1/sign-in/google/client')).issuer).origin;
    envelope = new Envelope(loadMasterKey({ key: masterKey }));
    database = openDatabase({ url: postgres.url(), name: 'auth under test', onIdleError: () => undefined });
    prisma = openPrisma(postgres.url(), 'auth under test');
    const logger = createLogger('auth', 'error');
    const metrics = createMetrics('auth');
    side = new SignInSide({
      database,
      envelope,
      logger,
      metrics,
      issuer: TEST_ISSUER,
      apiAudience: TEST_AUDIENCE,
      signingKeyDays: 90,
      allowPrivate: true,
      beginRecovery: async () => undefined,
    });
    await side.start();
    standInParts = new StandIns(database);
    const open = allow.publicly('a test');
    service = await startService({
      name: 'auth',
      module: side.social.module(new AppRegistry(prisma)),
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics,
      authenticator: withUsers(new ApiKeyAuthenticator(database, { operatorToken: OPERATOR })),
      hasSecondFactor: () => Promise.resolve(false),
      readiness: () => Promise.resolve({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
      extraRoutes: [...ENGINE_PATHS, ...PAGE_PATHS].map((prefix) => ({ prefix, allow: open })),
      signedRoutes: side.social.signedRoutes,
      onFastify: async (fastify) => {
        await mountEngine(fastify, side.engine, { issuer: TEST_ISSUER, callsPerMinute: 1_000_000 });
        const { flow, consent, deviceCookie, settings, social: parts } = side;
        await fastify.register(signInPages, {
          ...{ ...standInParts.ports, flow, consent, deviceCookie, logger, secure: false },
          social: parts.web,
          providers: (appId: Uuid) => parts.buttonsOf(appId),
          appOf: async (appId: Uuid) => ({ name: 'Shop', settings: await settings.of(appId) }),
          personOf: async (userId: Uuid) => (await database.query<FoundUser>(FIND_USER, [userId])).rows[0],
          keys: envelope.derive('sign-in pages'),
        });
      },
    });
  }, 60_000);
  const rows = async <Row>(sql: string, values: readonly unknown[]): Promise<Row[]> =>
    (await database.query<Row>(sql, values)).rows;

  const social: TestSocial = {
    side: () => side.social,
    database: () => database,
    envelope: () => envelope,
    sandbox: () => sandbox,
    standIns: () => standIns,
    host: () => new URL(service.url).host,
    fetch: (url, init) => fetch(url.replace(TEST_ISSUER, service.url), { redirect: 'manual', ...init }),
    call: async (method, path, body, key = OPERATOR) => {
      const answer = await social.fetch(`${TEST_ISSUER}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    },
    newApp: async () => {
      const [id, clientId] = [newUuid(), formatId('client', newUuid())];
      await database.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'Shop', 'test')`, [id]);
      await database.query(
        `INSERT INTO oauth_client (id, app_id, name, kind, redirect_uris, post_logout_redirect_uris, scopes, resources, dpop_required)
         VALUES ($1, $2, 'Shop app', 'native', $3, '{}', $4, '{}', false)`,
        [clientId, id, [CALLBACK], [...USER_SCOPES]],
      );
      const publicId = formatId('app', id);
      const publishableKey = await publishableKeyOf(database, id);
      return { id, publicId, clientId, publishableKey };
    },
    newAppWithProviders: async () => {
      const app = await social.newApp();
      const { google, apple, acme } = await configurations(sandbox, standIns);
      for (const [name, config] of Object.entries({ google, apple, acme })) {
        const put = await social.call('PUT', `/v1/apps/${app.publicId}/sign-in-providers/${name}`, config);
        if (put.status !== 200) throw new Error(`${name}: ${JSON.stringify(put.body)}`);
      }
      return app;
    },
    newUser: async (app, { email, verified = true, password } = {}) => {
      const id = newUuid();
      await database.query(
        `INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, name, password_hash)
         VALUES ($1, $2, $3, $3, CASE WHEN $4 THEN now() END, 'Somebody', $5)`,
        [id, app.id, email ?? null, verified && email !== undefined, password ?? null],
      );
      return id;
    },
    newAccount: (app) => standInParts.account(app.id),
    visitor: (app) => new SocialVisitor(social, app),
    tokenOf: (app, userId) => `user.${app.publicId}.${formatId('user', userId)}`,
    events: async (app, type) =>
      (
        await rows<{ payload: Record<string, unknown> }>(
          'SELECT payload FROM event_log WHERE app_id = $1 AND type = $2 ORDER BY xid, id',
          [app.id, type],
        )
      ).map(({ payload }) => payload),
    identities: (app) => rows('SELECT * FROM identity WHERE app_id = $1 ORDER BY id', [app.id]),
    users: (app) => rows('SELECT * FROM auth_user WHERE app_id = $1 ORDER BY id', [app.id]),
  };
  return social;
}

/** Configurations that lead to the stand-ins. */
export async function configurations(sandbox: TestSandbox, standIns: string) {
  const client = <Client>(name: string) => sandbox.control<Client>('GET', `/v1/sign-in/${name}/client`);
  const [google, apple, acme] = await Promise.all([
    client<{ clientId: string; clientSecret: string; nativeClientIds: string[] }>('google'),
    client<{ teamId: string; keyId: string; privateKey: string; servicesId: string; bundleIds: string[] }>('apple'),
    client<{ issuer: string; clientId: string; clientSecret: string }>('acme'),
  ]);
  const { teamId, keyId, privateKey, servicesId, bundleIds } = apple;
  const endpoint = { origin: standIns };
  return {
    google: {
      kind: 'google',
      clientId: google.clientId,
      clientSecret: google.clientSecret,
      appIds: google.nativeClientIds,
      endpoint,
    },
    apple: { kind: 'apple', teamId, keyId, privateKey, servicesId, bundleIds, endpoint },
    acme: {
      kind: 'oidc',
      issuer: acme.issuer,
      clientId: acme.clientId,
      clientSecret: acme.clientSecret,
      trustEmail: true,
      displayName: 'Acme',
    },
  };
}

async function publishableKeyOf(database: Database, appId: Uuid): Promise<string> {
  const key = newKeyText('publishable', 'test');
  await database.query(
    `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes)
     VALUES ($1, $2, 'publishable', 'phone', 'sbp_', $3, '{devices:register-own}')`,
    [newUuid(), appId, hashApiKey(key)],
  );
  return key;
}

/** Users' tokens are another part's: here they say plainly whose they are. */
function withUsers(keys: Authenticator): Authenticator {
  return {
    verify: async (header): Promise<Principal> => {
      const [kind, app, userId, session] = (header ?? '').replace('Bearer ', '').split('.');
      if (kind !== 'user') return keys.verify(header);
      const authTime = Math.floor(Date.now() / 1_000);
      const appId = parseId('app', app ?? '')!;
      const scopes = new Set(USER_SCOPES);
      return {
        kind: 'user',
        appId,
        mode: 'test',
        userId: userId ?? '',
        // Of an issuer that an app trusts, which has no sessions here, whatever it calls its users.
        ...(session !== 'foreign' && { sessionId: session ?? formatId('session', newUuid()) }),
        clientId: 'cli',
        scopes,
        amr: ['pwd'],
        authTime,
      };
    },
  };
}

/** Where somebody ended up: back in the app with a code, at a page of sign-in, or at another page. */
export type Arrival =
  | { readonly at: 'app'; readonly url: URL }
  | { readonly at: 'provider'; readonly url: URL }
  | { readonly at: 'page'; readonly status: number; readonly page: Record<string, string>; readonly text: string };

/** Somebody with a browser and a phone. */
class SocialVisitor {
  readonly phone: TestPhone;
  uid = '';

  constructor(
    private readonly social: TestSocial,
    private readonly app: TestApp,
  ) {
    this.phone = new TestPhone(social as unknown as TestSignIn, app.clientId);
  }

  get browser(): TestBrowser {
    return this.phone.browser;
  }

  /** Opens the sign-in page of the app. */
  async arrive(): Promise<this> {
    const arrival = await this.open(this.phone.authorizeUrl());
    if (arrival.at !== 'page') throw new Error('no sign-in page');
    this.uid = arrival.page['uid']!;
    return this;
  }

  /** Presses the button of a provider. */
  press(provider: string): Promise<Arrival> {
    return this.open(`${TEST_ISSUER}/sign-in/${this.uid}/with/${provider}`);
  }

  /** Signs in over there and comes back, all the way. */
  async through(provider: string, person: string): Promise<Arrival> {
    const pressed = await this.press(provider);
    return pressed.at === 'provider' ? this.back(await answerOf(pressed.url, person)) : pressed;
  }

  /** Brings a provider's answer back, as browsers do: without cookies where it is another site's POST. */
  async back(answer: ProviderAnswer): Promise<Arrival> {
    if (answer.method === 'GET') return this.open(answer.url.href);
    const posted = await this.social.fetch(answer.url.href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: answer.form,
    });
    const location = posted.headers.get('location');
    return location === null ? pageOf(posted) : this.open(new URL(location, TEST_ISSUER).href);
  }

  /** Signs in at the page where they are, with address and password. */
  async signInLocally({ email, password }: LocalAccount): Promise<Arrival> {
    const page = await this.open(`${TEST_ISSUER}/sign-in/${this.uid}`);
    return this.send(`/sign-in/${this.uid}/login`, { form_token: tokenIn(page), email, password });
  }

  /** Sends the form of a page. */
  async send(path: string, form: Record<string, string>): Promise<Arrival> {
    const cookie = [...this.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.social.fetch(`${TEST_ISSUER}${path}`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    });
    const location = answer.headers.get('location');
    return location === null ? pageOf(answer) : this.open(new URL(location, TEST_ISSUER).href);
  }

  /** "Continue as Ann": one tap, where that is the page. */
  private async tap(arrival: Arrival): Promise<Arrival> {
    const action = arrival.at === 'page' ? /action="([^"]+\/consent)"/.exec(arrival.text)?.[1] : undefined;
    return action === undefined ? arrival : this.send(action, { form_token: tokenIn(arrival) });
  }

  /** The user whose code this is. */
  async redeem(arrival: Arrival): Promise<Uuid> {
    if (arrival.at !== 'app') throw new Error(`not back in the app: ${JSON.stringify(arrival)}`);
    const { tokens, status } = await this.phone.redeem(arrival.url.searchParams.get('code')!);
    if (status !== 200) throw new Error(JSON.stringify(tokens));
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1]!, 'base64url').toString()) as { sub: string };
    return parseId('user', claims.sub)!;
  }

  async open(url: string): Promise<Arrival> {
    const end = await this.browser.open(url);
    if ('answer' in end) return this.tap(await pageOf(end.answer));
    return { at: end.url.protocol === 'http:' ? 'provider' : 'app', url: end.url };
  }
}

function tokenIn(arrival: Arrival): string {
  return arrival.at === 'page' ? (/name="form_token" value="([^"]+)"/.exec(arrival.text)?.[1] ?? '') : '';
}

async function pageOf(answer: Response): Promise<Arrival> {
  const { pathname, searchParams } = new URL(answer.url);
  const [, , uid = '', ...rest] = pathname.split('/');
  const page = { page: rest.join('/') || 'sign-in', uid, ...Object.fromEntries(searchParams) };
  return { at: 'page', status: answer.status, page, text: await answer.text() };
}

export type ProviderAnswer =
  | { readonly method: 'GET'; readonly url: URL }
  | { readonly method: 'POST'; readonly url: URL; readonly form: URLSearchParams };

/** What a provider sends a browser back with that it asked to sign in. */
export async function answerOf(url: URL, person: string): Promise<ProviderAnswer> {
  url.searchParams.set('login_hint', person);
  const answer = await fetch(url, { redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location !== null) return { method: 'GET', url: new URL(location) };
  const page = await answer.text();
  const action = /action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) throw new Error(`no way back: ${page}`);
  const fields = [...page.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)];
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of fields) form.append(unescaped(name), unescaped(value));
  return { method: 'POST', url: new URL(unescaped(action)), form };
}

function unescaped(text: string): string {
  return text.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)));
}
