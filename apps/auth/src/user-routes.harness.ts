import { afterAll, beforeAll } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import { formatId, newUuid, type UserScope, type Uuid } from '@signalbox/contracts';
import { ACR, type Principal, problems, type RunningService, startService, type UserPrincipal } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';

/** Of a token, what is to be otherwise than in that of an honest phone. `age`: seconds since its user signed in. */
export type TestClaims = Partial<UserPrincipal> & { readonly age?: number };

export interface RouteAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/**
 * Routes of users for themselves, over HTTP.
 *
 * @param use opens what the routes stand on; it is closed after the service.
 */
export function useUserRoutes<Stage>(
  use: () => Stage,
  {
    module,
    hasSecondFactor = () => Promise.resolve(false),
  }: {
    readonly module: (stage: Stage) => DynamicModule;
    readonly hasSecondFactor?: (caller: UserPrincipal, stage: Stage) => Promise<boolean>;
  },
) {
  let service: RunningService;
  // Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
  afterAll(() => service.close());
  const stage = use();
  /** Tokens that the service knows: how they are verified is for libs/access. */
  const callers = new Map<string, Principal>();

  beforeAll(async () => {
    service = await startService({
      name: 'auth',
      module: module(stage),
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('auth', 'silent'),
      metrics: createMetrics('auth'),
      authenticator: {
        verify: async (header) => {
          const caller = callers.get(header ?? '');
          if (caller === undefined) throw problems.unauthenticated('no such token');
          return caller;
        },
      },
      hasSecondFactor: (caller) => hasSecondFactor(caller, stage),
      readiness: () => Promise.resolve({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
    });
  });

  return {
    stage,
    /** A token of a user's, a minute old and of one factor unless told. */
    tokenOf({ appId, userId }: { readonly appId: Uuid; readonly userId: Uuid }, claims: TestClaims = {}): string {
      const { age = 60, ...over } = claims;
      const header = `Bearer ${newUuid()}`;
      callers.set(header, {
        kind: 'user',
        appId,
        mode: 'test',
        userId: formatId('user', userId),
        sessionId: formatId('session', newUuid()),
        clientId: 'cli_1',
        scopes: new Set<UserScope>(['account:manage']),
        acr: ACR.oneFactor,
        amr: ['pwd'],
        authTime: Date.now() / 1_000 - age,
        ...over,
      });
      return header;
    },
    /**
     * One of an issuer that an app trusts, which has no sessions here: it may call its users what it likes, even what we call one
     * of ours.
     */
    foreignTokenOf({ appId, userId }: { readonly appId: Uuid; readonly userId: Uuid }): string {
      const header = `Bearer ${newUuid()}`;
      callers.set(header, {
        ...{ kind: 'user', appId, mode: 'test', userId: formatId('user', userId), clientId: 'cli_1' },
        ...{ acr: ACR.twoFactors, amr: ['pwd'], authTime: Date.now() / 1_000 },
        scopes: new Set<UserScope>(['account:manage']),
      });
      return header;
    },
    async call(method: string, path: string, token?: string, body?: unknown): Promise<RouteAnswer> {
      const response = await fetch(new URL(path, service.url), {
        method,
        headers: {
          ...(token !== undefined && { authorization: token }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: JSON.parse(text || '{}') as Record<string, unknown>,
      };
    },
  };
}
