import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { formatId, newUuid, parseId, USER_SCOPES, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { type Database, openDatabase } from '@signalbox/database';
import { allow, ApiKeyAuthenticator, type RunningService, startService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import type { FastifyInstance } from 'fastify';
import { hashClientSecret } from './clients/client-registry.js';
import { ENGINE_PATHS, mountEngine } from './engine/mount.js';
import { MfaModule } from './mfa/mfa.module.js';
import { SignInSide } from './sign-in-side.js';
import { HOLD_SIGNED_IN, type SignedIn } from './sign-in/consent.queries.js';
import type { FactorMethod } from './sign-in/factor.js';
import { visitorOf } from './sign-in/visitor.js';

export const TEST_ISSUER = 'http://auth.test';
export const TEST_AUDIENCE = 'urn:signalbox:api';
export const CALLBACK = 'com.example.app:/callback';

/** The engine with a real Postgres behind it and, in the place of pages, a visitor who needs no asking. */
export interface TestSignIn {
  side(): SignInSide;
  database(): Database;
  envelope(): Envelope;
  /** `fetch`, with the issuer's name for wherever it listens. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** MASTER_KEY of the first process. */
  readonly masterKey: string;
  /** One more process of the service on the same database, with the same MASTER_KEY unless told. @returns its `fetch`. */
  another(masterKey?: string): Promise<TestSignIn['fetch']>;
  /** Lets so many seconds pass for everything that is kept. */
  travel(seconds: number): Promise<void>;
  /** Says who signs in at the next pages, and how. */
  visitor: { userId: string; methods: readonly FactorMethod[] };
  newApp(): Promise<Uuid>;
  newUser(appId: Uuid, email?: string): Promise<string>;
  newClient(appId: Uuid, client?: Partial<TestClient>): Promise<string>;
}

export interface TestClient {
  readonly kind: 'native' | 'web' | 'service';
  readonly secret: string;
  readonly jwks: object;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly dpopRequired: boolean;
}

interface Instance {
  readonly side: SignInSide;
  readonly service: RunningService;
}

/** @param issuer under which browsers and phones find it, wherever it listens. */
export function useSignIn(issuer = TEST_ISSUER): TestSignIn {
  const masterKey = randomBytes(32).toString('base64');
  const visitor: TestSignIn['visitor'] = { userId: '', methods: ['pwd'] };
  const instances: Instance[] = [];
  let database: Database;
  let envelope: Envelope;

  // Hooks after the tests run in the order they were made: the engine leaves its database before it is dropped.
  afterAll(async () => {
    for (const { service, side } of instances) {
      await service.close();
      await side.stop();
    }
    await database.close();
  });
  const postgres = usePostgres();
  const start = async (key = masterKey): Promise<Instance> => {
    const instance = await startInstance(database, new Envelope(loadMasterKey({ key })), visitor, issuer);
    instances.push(instance);
    return instance;
  };

  beforeAll(async () => {
    envelope = new Envelope(loadMasterKey({ key: masterKey }));
    database = openDatabase({ url: postgres.url(), name: 'auth under test', onIdleError: () => undefined });
    await start();
  });
  const at =
    ({ service }: Instance): TestSignIn['fetch'] =>
    (url, init) =>
      fetch(url.replace(issuer, service.url), { redirect: 'manual', ...init });
  return {
    side: () => instances[0]!.side,
    database: () => database,
    envelope: () => envelope,
    visitor,
    fetch: (url, init) => at(instances[0]!)(url, init),
    masterKey,
    another: async (key) => at(await start(key)),
    travel: async (seconds) => {
      for (const statement of TRAVEL) await database.query(statement, [seconds]);
    },
    newApp: async () => {
      const id = newUuid();
      await database.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'Shop', 'test')`, [id]);
      return id;
    },
    newUser: async (appId, email) => {
      const id = newUuid();
      const address = email ?? `${id}@example.com`;
      await database.query(
        `INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, name) VALUES ($1, $2, $3, $3, now(), 'Ann')`,
        [id, appId, address],
      );
      return formatId('user', id);
    },
    newClient: async (appId, client = {}) => {
      const id = formatId('client', newUuid());
      await database.query(
        `INSERT INTO oauth_client (id, app_id, name, kind, secret_hash, jwks, redirect_uris, post_logout_redirect_uris, scopes, resources, dpop_required)
         VALUES ($1, $2, 'Shop app', $3, $4, $5, $6, '{}', $7, $8, $9)`,
        [
          id,
          appId,
          client.kind ?? 'native',
          client.secret === undefined ? null : hashClientSecret(client.secret),
          client.jwks === undefined ? null : JSON.stringify(client.jwks),
          client.kind === 'service' ? [] : (client.redirectUris ?? [CALLBACK]),
          client.scopes ?? [...USER_SCOPES],
          client.resources ?? [],
          client.dpopRequired ?? false,
        ],
      );
      return id;
    },
  };
}

async function startInstance(
  database: Database,
  envelope: Envelope,
  visitor: TestSignIn['visitor'],
  issuer: string,
): Promise<Instance> {
  const logger = createLogger('auth', 'error');
  const options = {
    issuer,
    apiAudience: TEST_AUDIENCE,
    signingKeyDays: 90,
    beginRecovery: async () => undefined,
  };
  const side = new SignInSide({ database, envelope, logger, metrics: createMetrics('auth'), ...options });
  await side.start();
  const open = allow.publicly('a test');
  const service = await startService({
    name: 'auth',
    module: MfaModule.with(side.mfa),
    host: '127.0.0.1',
    port: 0,
    logger,
    metrics: createMetrics('auth'),
    authenticator: new ApiKeyAuthenticator(database, { operatorToken: undefined }),
    hasSecondFactor: side.mfa.hasSecondFactor,
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    title: 'test',
    description: 'test',
    extraRoutes: [...ENGINE_PATHS, '/sign-in'].map((prefix) => ({ prefix, allow: open })),
    onFastify: async (fastify) => {
      await mountEngine(fastify, side.engine, { issuer, callsPerMinute: 1_000_000 });
      signInWithoutAsking(fastify, side, { database, visitor });
    },
  });
  return { side, service };
}

/** The engine looks at the columns and at seconds in what it kept. */
const TRAVEL = [
  `UPDATE oidc_record SET expires_at = expires_at - make_interval(secs => $1), consumed_at = consumed_at - make_interval(secs => $1),
     payload = payload || jsonb_build_object('exp', (payload ->> 'exp')::bigint - $1::int, 'iat', (payload ->> 'iat')::bigint - $1::int)`,
  `UPDATE auth_session SET expires_at = expires_at - make_interval(secs => $1), last_seen_at = last_seen_at - make_interval(secs => $1),
     auth_time = auth_time - make_interval(secs => $1), grace_closed_at = grace_closed_at - make_interval(secs => $1),
     created_at = created_at - make_interval(secs => $1), activated_at = activated_at - make_interval(secs => $1)`,
];

function signInWithoutAsking(
  fastify: FastifyInstance,
  side: SignInSide,
  { database, visitor }: { readonly database: Database; readonly visitor: TestSignIn['visitor'] },
): void {
  const versionOf = async (userId: Uuid): Promise<string | null> =>
    (await database.query<SignedIn>(HOLD_SIGNED_IN, [userId])).rows[0]?.password_version ?? null;
  fastify.get<{ Params: { uid: string } }>('/sign-in/:uid', async (request, reply) => {
    const open = await side.flow.open(request, reply, request.params.uid);
    const who = visitorOf(request, reply, { cookie: side.deviceCookie, installation: open.installation });
    if (open.prompt === 'consent') return reply.redirect(await side.consent.give(open, who), 303);
    const userId = parseId('user', visitor.userId)!;
    for (const method of visitor.methods) {
      const proof = { userId, strength: 1 } as const;
      const factor =
        method === 'pwd' ? { ...proof, method, passwordVersion: await versionOf(userId) } : { ...proof, method };
      const step = await side.flow.passed(open, factor, who);
      if (step.next === 'finish') return reply.redirect(step.redirectTo, 303);
      if (step.next !== 'second-factor') return reply.send(step);
    }
    return reply.send({ next: 'second-factor' });
  });
}

/** A browser: keeps cookies and follows redirects until it leaves the issuer. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();

  constructor(private readonly signIn: Pick<TestSignIn, 'fetch'>) {}

  /** @returns where the redirects lead outside of the issuer, or the last answer. */
  async open(url: string): Promise<{ readonly url: URL } | { readonly answer: Response }> {
    for (let next = url; ;) {
      const answer = await this.signIn.fetch(next, { headers: { cookie: this.header() } });
      this.keep(answer);
      const location = answer.headers.get('location');
      if (location === null) return { answer };
      const target = new URL(location, TEST_ISSUER);
      if (target.origin !== TEST_ISSUER) return { url: target };
      next = target.href;
    }
  }

  private header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(answer: Response): void {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly expires_in: number;
  readonly token_type: string;
  readonly error?: string;
  readonly error_description?: string;
}

/** One phone with its app: a verifier of its own, and what it was handed. */
export class TestPhone {
  readonly verifier = randomBytes(32).toString('base64url');
  readonly browser: TestBrowser;

  constructor(
    private readonly signIn: TestSignIn,
    readonly clientId: string,
  ) {
    this.browser = new TestBrowser(signIn);
  }

  authorizeUrl(more: Record<string, string> = {}): string {
    const challenge = createHash('sha256').update(this.verifier).digest('base64url');
    const asked = {
      client_id: this.clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid email profile account:manage devices:register-own',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 'st',
      ...more,
    };
    return `${TEST_ISSUER}/oauth/authorize?${new URLSearchParams(asked).toString()}`;
  }

  /** Signs in as whoever the visitor is, up to the code. */
  async code(more: Record<string, string> = {}): Promise<string> {
    const end = await this.browser.open(this.authorizeUrl(more));
    if ('answer' in end) throw new Error(`no redirect: ${end.answer.status} ${await end.answer.text()}`);
    const code = end.url.searchParams.get('code');
    if (code === null) throw new Error(`no code: ${end.url.href}`);
    return code;
  }

  async signedIn(more: Record<string, string> = {}): Promise<Tokens> {
    return (await this.redeem(await this.code(more))).tokens;
  }

  redeem(code: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.token(
      { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: this.verifier },
      headers,
    );
  }

  refresh(token: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.token({ grant_type: 'refresh_token', refresh_token: token }, headers);
  }

  async token(body: Record<string, string>, headers: Record<string, string> = {}): Promise<Answered> {
    const answer = await this.signIn.fetch(`${TEST_ISSUER}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ client_id: this.clientId, ...body }),
    });
    return { status: answer.status, tokens: (await answer.json()) as Tokens, headers: answer.headers };
  }
}

export interface Answered {
  readonly status: number;
  readonly tokens: Tokens;
  readonly headers: Headers;
}
