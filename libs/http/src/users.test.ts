import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { UserScope } from '@signalbox/contracts';
import { startTinyService, APP_ID } from '../test/tiny-service.js';
import {
  ACR,
  allow,
  CallerApp,
  CallerUser,
  Endpoint,
  type Principal,
  problems,
  type RunningService,
  StepUpUnanswered,
  type UserPrincipal,
} from './index.js';

const SAID = { 200: { description: 'Said' } };

@Controller('/v1')
class ThingsController {
  @Get('/keys-only')
  @Endpoint({ allow: allow.operatorOrScope('notifications:read'), summary: 'For keys', responses: SAID })
  keysOnly(): object {
    return {};
  }

  @Get('/me/things')
  @Endpoint({ allow: allow.user('payments:read-own'), summary: 'For users', responses: SAID })
  mine(@CallerApp() appId: string, @CallerUser() user: UserPrincipal): object {
    return { appId, userId: user.userId };
  }

  @Get('/things')
  @Endpoint({
    allow: allow.userOrScope('payments:read-own', 'payments:read'),
    summary: 'For users and keys',
    responses: SAID,
  })
  either(): object {
    return {};
  }

  @Get('/me/secrets')
  @Endpoint({
    allow: allow.recentUser('account:manage', { acr: '2fa-if-enrolled', maxAgeSeconds: 300 }),
    summary: 'For users who are there',
    responses: SAID,
  })
  secrets(): object {
    return {};
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const seconds = (): number => Math.floor(Date.now() / 1_000);
const user = (over: Partial<UserPrincipal> = {}, ...scopes: UserScope[]): UserPrincipal => ({
  kind: 'user',
  appId: APP_ID,
  mode: 'test',
  userId: 'usr_ann',
  clientId: 'cli_1',
  scopes: new Set<UserScope>(scopes),
  amr: ['pwd'],
  acr: ACR.oneFactor,
  authTime: seconds(),
  ...over,
});
const key = (keyKind: 'secret' | 'token'): Principal => ({
  kind: 'app',
  appId: APP_ID,
  mode: 'test',
  keyId: APP_ID,
  keyKind,
  scopes: new Set(['payments:read', 'notifications:read']),
});

describe('users and routes', () => {
  const callers: Readonly<Record<string, () => Principal>> = {
    operator: () => ({ kind: 'operator' }),
    key: () => key('secret'),
    machine: () => key('token'),
    reader: () => user({}, 'payments:read-own'),
    manager: () => user({}, 'account:manage'),
    enrolled: () => user({ userId: 'usr_enrolled' }, 'account:manage'),
    strong: () => user({ userId: 'usr_enrolled', acr: ACR.twoFactors }, 'account:manage'),
    longAgo: () => user({ authTime: seconds() - 301 }, 'account:manage'),
    never: () => {
      const { authTime: _, ...foreign } = user({}, 'account:manage');
      return foreign;
    },
  };
  const options = {
    module: ThingsModule,
    authenticator: {
      verify: async (header: string | undefined) => {
        const caller = callers[header?.replace(/^\w+ /, '') ?? ''];
        if (caller === undefined) throw problems.invalidToken('It was revoked.');
        return caller();
      },
    },
  };
  let service: RunningService;
  beforeAll(async () => {
    service = await startTinyService({
      ...options,
      hasSecondFactor: async ({ userId }) => userId === 'usr_enrolled',
    });
  });
  afterAll(() => service.close());

  const get = async (path: string, caller: string, scheme = 'Bearer') => {
    const answer = await fetch(service.url + path, { headers: { authorization: `${scheme} ${caller}` } });
    const { code } = (await answer.clone().json()) as { code?: string };
    return { status: answer.status, code, challenge: answer.headers.get('www-authenticate'), answer };
  };

  it.each([
    ['/v1/keys-only', 'reader', 403, 'not_for_users'],
    ['/v1/keys-only', 'revoked', 401, 'invalid_token'],
    ['/v1/keys-only', 'machine', 200, undefined],
    ['/v1/me/things', 'reader', 200, undefined],
    ['/v1/me/things', 'manager', 403, 'insufficient_scope'],
    ['/v1/me/things', 'key', 403, 'user_token_required'],
    ['/v1/me/things', 'machine', 403, 'user_token_required'],
    ['/v1/me/things', 'operator', 403, 'user_token_required'],
    ['/v1/things', 'reader', 200, undefined],
    ['/v1/things', 'key', 200, undefined],
    ['/v1/things', 'manager', 403, 'insufficient_scope'],
    ['/v1/things', 'operator', 403, 'app_key_required'],
    ['/v1/me/secrets', 'manager', 200, undefined],
    ['/v1/me/secrets', 'strong', 200, undefined],
    ['/v1/me/secrets', 'enrolled', 401, 'insufficient_user_authentication'],
    ['/v1/me/secrets', 'longAgo', 401, 'insufficient_user_authentication'],
    ['/v1/me/secrets', 'never', 401, 'insufficient_user_authentication'],
    ['/v1/me/secrets', 'reader', 403, 'insufficient_scope'],
  ])('%s for %s answers %i', async (path, caller, status, code) => {
    expect(await get(path, caller)).toMatchObject({ status, code });
  });

  it('are told in the challenge what would help, in the scheme they used', async () => {
    expect((await get('/v1/me/things', 'manager')).challenge).toBe(
      'Bearer error="insufficient_scope", scope="payments:read-own"',
    );
    expect((await get('/v1/me/secrets', 'longAgo', 'DPoP')).challenge).toBe(
      'DPoP error="insufficient_user_authentication", max_age="300"',
    );
    expect((await get('/v1/me/secrets', 'enrolled')).challenge).toBe(
      `Bearer error="insufficient_user_authentication", acr_values="${ACR.twoFactors}", max_age="300"`,
    );
    expect((await get('/v1/things', 'revoked')).challenge).toBe('Bearer error="invalid_token"');
  });

  it('reach the handler with their app and themselves', async () => {
    const { answer } = await get('/v1/me/things', 'reader');
    expect(await answer.json()).toEqual({ appId: APP_ID, userId: 'usr_ann' });
  });

  it('are in the API document', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, { get: { security: object[] } }>;
    };
    expect(paths['/v1/things']!.get.security).toEqual([
      { apiKey: ['payments:read'] },
      { userToken: ['payments:read-own'] },
    ]);
  });

  it('who would be asked for a second factor that nobody knows of keep the service from starting', async () => {
    await expect(startTinyService(options)).rejects.toThrow(StepUpUnanswered);
  });
});
