import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, SECRET_KEY_SCOPES } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import {
  type AccessStage,
  type AppOnStage,
  type ServiceName,
  SERVICES,
  type SignedIn,
  startAccessStage,
} from './access-stage.js';

interface Route {
  readonly service: ServiceName;
  readonly method: string;
  /** As the API document has it. */
  readonly path: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

const REFUSED = new Set([401, 403]);
const seconds = (): number => Math.floor(Date.now() / 1_000);

/** Real processes of every service, and every route that they document. */
describe('who may call what', () => {
  let stage: AccessStage;
  let app: AppOnStage;
  let routes: Route[];
  afterAll(() => stage.stop(), 60_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stage = await startAccessStage(postgres.database(), { databaseUrl: postgres.url(), redisUrl: undefined });
    app = await stage.newApp();
    routes = (await Promise.all(SERVICES.map(routesOf))).flat();
  }, 120_000);

  async function routesOf(service: ServiceName): Promise<Route[]> {
    const document = (await (await stage.ask(service, 'GET', '/openapi.json')).json()) as {
      paths: Record<string, Record<string, { security?: Route['security'] }>>;
    };
    return Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security = [] }]) => ({
        service,
        method: method.toUpperCase(),
        path,
        security,
      })),
    );
  }
  const named = (security: Route['security'], way: string) => security.some((each) => way in each);
  const fill = (path: string, ids: Readonly<Record<string, string>>) =>
    path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? ids['id'] ?? 'x');
  async function status({ service, method, path }: Route, token: string | undefined, ids = {}, body?: unknown) {
    const answer = await stage.ask(service, method, fill(path, ids), token, body);
    return { status: answer.status, text: await answer.text() };
  }
  const userToken = async (over: object = {}) => {
    const [{ userId, sessionId }] = (await stage.signIn(app)) as [SignedIn];
    return stage.sign({ ...stage.claimsOf(app, userId, sessionId), ...over });
  };
  const machine = (scope: string) => {
    const id = formatId('client', newUuid());
    const { sid: _sid, acr: _acr, amr: _amr, auth_time: _at, ...claims } = stage.claimsOf(app, id, '');
    return stage.sign({ ...claims, client_id: id, scope });
  };

  it('check 25, check 29: is what this list says, route by route', async () => {
    const all = SECRET_KEY_SCOPES.join(' ');
    const { key: publishable } = await publishableKey();
    // Each time anew: some routes end what they are called with.
    const callers: Readonly<Record<string, () => Promise<string | undefined>>> = {
      nobody: async () => undefined,
      operator: async () => stage.operatorToken,
      key: async () => app.key,
      'publishable key': async () => publishable,
      machine: () => machine(all),
      'machine without scopes': () => machine(''),
      user: () => userToken(),
      'user without scopes': () => userToken({ scope: 'openid' }),
      'user of long ago': () => userToken({ auth_time: seconds() - 86_400 }),
    };
    const lines: string[] = [];
    for (const route of routes) {
      const passed: string[] = [];
      for (const [who, token] of Object.entries(callers)) {
        const { status: answered } = await status(route, await token());
        if (!REFUSED.has(answered)) passed.push(who);
      }
      const open = route.security.length === 0;
      if (open) expect(passed).toContain('nobody');
      else expect(passed).not.toEqual(expect.arrayContaining(['nobody']));
      // A user comes in where a route says so, and nowhere else.
      if (!named(route.security, 'userToken') && !open) expect(passed).not.toContain('user');
      lines.push(`${route.service} ${route.method} ${route.path}: ${open ? 'anybody' : passed.join(', ')}`);
    }
    expect(lines.toSorted()).toMatchSnapshot();
  }, 600_000);

  it('no page and no route of the console answers at any of them', async () => {
    const ofConsole = [
      '/login',
      '/login/start',
      '/signed-in',
      '/queues',
      '/queues/api/queues',
      '/dead-letters',
      '/events',
    ];
    for (const service of SERVICES) {
      for (const path of [...ofConsole, '/find?q=x', '/roles', '/console.js', '/users/a/b', '/notifications/x']) {
        const answer = await stage.ask(service, 'GET', path, stage.operatorToken);
        expect([service, path, answer.status]).toEqual([service, path, 404]);
      }
      for (const path of ['/login', '/logout', '/holds/x/lift', '/dead-letters/replay', '/deletion-guards/x/keep']) {
        const answer = await stage.ask(service, 'POST', path, stage.operatorToken, {});
        expect([service, path, answer.status]).toEqual([service, path, 404]);
      }
      const board = await stage.ask(
        service,
        'PUT',
        '/queues/api/queues/push.apns.bulk/obliterate',
        stage.operatorToken,
      );
      expect([service, board.status]).toEqual([service, 404]);
    }
  });

  it('check 25: nothing for whoever was signed out, wherever it is asked', async () => {
    const [gone] = (await stage.signIn(app)) as [SignedIn];
    expect((await stage.ask('auth', 'DELETE', `/v1/sessions/${gone.sessionId}`, app.key)).status).toBe(204);
    const guarded = routes.filter(({ security }) => security.length > 0);
    for (const route of guarded) {
      let answered = 0;
      // The first request of each service may come before the news.
      for (let tries = 0; tries < 500 && answered !== 401; tries += 1)
        answered = (await status(route, gone.token)).status;
      expect([route.service, route.method, route.path, answered]).toEqual([
        route.service,
        route.method,
        route.path,
        401,
      ]);
    }
  }, 300_000);

  it.each([
    ['check 9: expired', { exp: seconds() - 6 }, {}],
    ['check 9: not valid yet', { nbf: seconds() + 600 }, {}],
    ['check 9: of the future', { iat: seconds() + 600 }, {}],
    ['check 10: an ID token', {}, { typ: 'JWT' }],
    ['check 10: for another resource', { aud: 'https://shop.example' }, {}],
    ['check 10: of another issuer', { iss: 'https://evil.example' }, {}],
    ['check 10: of an unknown key', {}, { kid: 'unknown' }],
    ['check 10: with a key of its own', {}, { jku: 'https://evil.example/jwks' }],
    ['check 11: bound to a key and sent without proof', { cnf: { jkt: 'x'.repeat(43) } }, {}],
  ])('%s: a token is refused at every service', async (_what, over, header) => {
    const [{ userId, sessionId }] = (await stage.signIn(app)) as [SignedIn];
    const token = await stage.sign({ ...stage.claimsOf(app, userId, sessionId), ...over }, header);
    for (const service of SERVICES) {
      const answer = await stage.ask(service, 'GET', PROBES[service], token);
      expect([service, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        service,
        401,
        'invalid_token',
      ]);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  it('check 32: an API key that is limited to networks is refused from elsewhere at every service', async () => {
    const limitedTo = async (network: string) => {
      const { id, key } = await stage.newApp();
      await postgres.database().query('UPDATE api_key SET allowed_cidrs = $2 WHERE app_id = $1', [id, [network]]);
      return key;
    };
    const [elsewhere, here] = [await limitedTo('203.0.113.0/24'), await limitedTo('127.0.0.0/8')];
    for (const service of SERVICES) {
      const refused = await stage.ask(service, 'GET', KEY_PROBES[service], elsewhere);
      const { code } = (await refused.json()) as { code: string };
      expect([service, refused.status, code]).toEqual([service, 403, 'address_not_allowed']);
      const taken = await stage.ask(service, 'GET', KEY_PROBES[service], here);
      expect([service, taken.status]).toEqual([service, 200]);
    }
  });

  describe('check 24: two users, and two apps', () => {
    const newPhone = () => ({
      platform: 'ios',
      target: { kind: 'apns', token: '11'.repeat(32) },
      environment: 'sandbox',
      bundleId: 'com.example.app',
    });
    async function victim() {
      const [ann] = (await stage.signIn(app)) as [SignedIn];
      const installationId = newUuid();
      const device = await stage.ask('push', 'PUT', `/v1/devices/${installationId}`, ann.token, newPhone());
      const { id: deviceId } = (await device.json()) as { id: string };
      return { ann, deviceId, ids: { userId: ann.userId, sessionId: ann.sessionId, installationId, id: 'x' } };
    }
    async function isUnharmed({ ann, ids }: Awaited<ReturnType<typeof victim>>): Promise<void> {
      expect((await stage.ask('payments', 'GET', '/v1/me/payments', ann.token)).status).toBe(200);
      const device = await stage.ask('push', 'GET', `/v1/devices/${ids.installationId}`, app.key);
      expect(await device.json()).toMatchObject({ userId: ann.userId, status: 'active' });
    }

    it("another user's things are not found, whatever is asked of them", async () => {
      const them = await victim();
      const about = routes.filter(({ path, security }) => named(security, 'userToken') && path.includes('{'));
      expect(about.length).toBeGreaterThan(0);
      for (const route of about) {
        // Whoever knows the installation of a phone registers it: that is how a phone changes hands.
        if (route.method === 'PUT' && route.path.includes('{installationId}')) continue;
        const { status: answered, text } = await status(route, await userToken(), them.ids);
        expect([route.method, route.path, answered >= 400 && answered < 500]).toEqual([route.method, route.path, true]);
        expect(text).not.toContain(them.deviceId);
      }
      await isUnharmed(them);
    }, 120_000);

    it("another app's things are not found by its key, and nothing of them is shown", async () => {
      const them = await victim();
      const about = routes.filter(({ path, security }) => named(security, 'apiKey') && path.includes('{'));
      for (const each of [{}, { id: formatId('app', app.id) }]) {
        const other = await stage.newApp();
        for (const route of about) {
          const { text } = await status(route, other.key, { ...them.ids, ...each });
          for (const secret of [them.deviceId, them.ann.sessionId]) expect(text).not.toContain(secret);
        }
      }
      await isUnharmed(them);
    }, 180_000);

    it('nobody says what is not theirs to say: who they are, what they may, that an address is theirs', async () => {
      const them = await victim();
      const extra = {
        role: 'admin',
        userId: them.ann.userId,
        emailVerified: true,
        scopes: ['users:write'],
        appId: 'x',
      };
      const writing = routes.filter(
        ({ method, security }) => named(security, 'userToken') && ['POST', 'PUT', 'PATCH'].includes(method),
      );
      expect(writing.length).toBeGreaterThan(0);
      for (const route of writing) {
        const { status: answered } = await status(route, await userToken(), { installationId: newUuid() }, extra);
        expect([route.method, route.path, answered >= 400 && answered < 500]).toEqual([route.method, route.path, true]);
      }
      await isUnharmed(them);
    }, 120_000);
  });

  async function publishableKey(): Promise<{ key: string }> {
    const answer = await stage.ask('auth', 'POST', '/v1/api-keys', stage.operatorToken, {
      appId: formatId('app', app.id),
      kind: 'publishable',
      name: 'phones',
    });
    return (await answer.json()) as { key: string };
  }
});

/** Reads of every service that take an API key. */
const KEY_PROBES: Readonly<Record<ServiceName, string>> = {
  auth: '/v1/users',
  payments: '/v1/payments',
  push: '/v1/categories',
  events: '/v1/events',
};

const PROBES: Readonly<Record<ServiceName, string>> = {
  auth: '/v1/users',
  payments: '/v1/me/payments',
  push: '/v1/devices/phone',
  events: '/v1/events',
};
