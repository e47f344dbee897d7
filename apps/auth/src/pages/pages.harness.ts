import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { Module } from '@nestjs/common';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { type Database, openDatabase } from '@signalbox/database';
import { allow, ApiKeyAuthenticator, type RunningService, startService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { ENGINE_PATHS, mountEngine } from '../engine/mount.js';
import { SignInSide } from '../sign-in-side.js';
import { ProgressStore } from '../sign-in/progress.js';
import { SignInFlow } from '../sign-in/sign-in-flow.js';
import type { UserRow } from '../users/user-row.js';
import { FIND_USER } from '../users/users.queries.js';
import { PAGE_PATHS, signInPages } from './sign-in-pages.js';
import { StandIns } from './stand-ins.harness.js';

/** A secure context for browsers, so that they offer passkeys; wherever the service listens, it is found under this name. */
export const ISSUER = 'http://auth.localhost';
/** Where the app is, when it is a website; nothing listens there. */
export const CALLBACK = 'https://shop.example/callback';

/** The whole of sign-in with the real engine behind it, and stand-ins for the parts that prove things. */
export class PagesStage {
  constructor(
    readonly database: Database,
    readonly url: string,
    readonly parts: StandIns,
  ) {}

  /** @param settings of the app, as they are kept. */
  async app(settings: object = {}): Promise<Uuid> {
    const id = newUuid();
    await this.database.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'Shop', 'test')`, [id]);
    await this.database.query('INSERT INTO auth_settings (app_id, settings, version) VALUES ($1, $2, 1)', [
      id,
      JSON.stringify(settings),
    ]);
    return id;
  }

  async client(appId: Uuid, redirectUri = CALLBACK): Promise<string> {
    const id = formatId('client', newUuid());
    await this.database.query(
      `INSERT INTO oauth_client (id, app_id, name, kind, redirect_uris, post_logout_redirect_uris, scopes, resources, dpop_required)
       VALUES ($1, $2, 'Shop app', 'native', $3, '{}', '{}', '{}', false)`,
      [id, appId, [redirectUri]],
    );
    return id;
  }

  /** @returns the address at which an app begins a sign-in. */
  authorizeUrl(clientId: string, more: Record<string, string> = {}): string {
    const asked = {
      client_id: clientId,
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: createHash('sha256').update('verifier').digest('base64url'),
      code_challenge_method: 'S256',
      state: 'of-the-app',
      ...more,
    };
    return `${ISSUER}/oauth/authorize?${new URLSearchParams(asked).toString()}`;
  }

  /** For browsers: where ISSUER really is. */
  get browserArgs(): string[] {
    return [`--host-resolver-rules=MAP auth.localhost:80 ${new URL(this.url).host}`];
  }
}

export function usePages(): () => PagesStage {
  let stage: PagesStage;
  let service: RunningService;
  let side: SignInSide;

  // Hooks after the tests run in the order they were made: the engine leaves its database before it is dropped.
  afterAll(async () => {
    await service.close();
    await side.stop();
    await stage.database.close();
  });
  const postgres = usePostgres();

  beforeAll(async () => {
    const [logger, metrics] = [createLogger('auth', 'error'), createMetrics('auth')];
    const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
    const database = openDatabase({ url: postgres.url(), name: 'pages under test', onIdleError: () => undefined });
    side = new SignInSide({
      ...{
        database,
        envelope,
        logger,
        metrics,
        issuer: ISSUER,
        apiAudience: 'urn:test',
        signingKeyDays: 90,
        beginRecovery: async () => undefined,
      },
    });
    await side.start();
    const parts = new StandIns(database);
    const { engine } = side;
    const flow = new SignInFlow({
      engine,
      database,
      progress: new ProgressStore(database),
      policies: parts,
      onFinish: async () => undefined,
    });
    service = await startService({
      name: 'auth',
      module: { module: Nothing },
      host: '127.0.0.1',
      port: 0,
      logger,
      metrics,
      authenticator: new ApiKeyAuthenticator(database, { operatorToken: undefined }),
      readiness: () => Promise.resolve({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
      extraRoutes: [...ENGINE_PATHS, ...PAGE_PATHS].map((prefix) => ({ prefix, allow: allow.publicly('a test') })),
      onFastify: async (fastify) => {
        await mountEngine(fastify, engine, { issuer: ISSUER, callsPerMinute: 1_000_000 });
        await fastify.register(signInPages, {
          ...{ flow, consent: side.consent, deviceCookie: side.deviceCookie, logger, secure: false },
          ...parts.ports,
          appOf: async (appId: Uuid) => ({ name: 'Shop', settings: await side.settings.of(appId) }),
          personOf: async (userId: Uuid) => (await database.query<UserRow>(FIND_USER, [userId])).rows[0],
          keys: envelope.derive('sign-in pages'),
        });
      },
    });
    stage = new PagesStage(database, service.url, parts);
  });
  return () => stage;
}

@Module({})
class Nothing {}
