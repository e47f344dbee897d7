import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, OPERATOR_ROLES, type OperatorRole } from '@signalbox/contracts';
import { type Colleague, insertColleague } from '../colleague.harness.js';
import { PASSWORD, useOperator } from '../signed-in.harness.js';

interface Route {
  readonly method: string;
  readonly url: string;
}

const ours = { accept: 'application/json', 'sec-fetch-site': 'same-origin' };

describe('who may do what in the console', () => {
  // With all that can be configured, so that no route is missing.
  const { postgres, push, operator: console_ } = useOperator((url) => ({ EVENTS_URL: url, SANDBOX_URL: url }));
  let routes: Route[];
  const colleague = (role: OperatorRole | undefined) => insertColleague(postgres.database(), PASSWORD, role);

  beforeAll(async () => {
    const page = await console_().page('/roles');
    routes = [...page.matchAll(/<code>([A-Z]+) (\/[^<]*)<\/code>/g)].map(([, method = '', url = '']) => ({
      method,
      url,
    }));
  });

  const ids: Readonly<Record<string, string>> = {
    credentialId: formatId('credential', newUuid()),
    id: formatId('delivery', newUuid()),
  };
  const fill = (url: string): string => url.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? 'x');
  async function ask({ method, url }: Route, who: Colleague | undefined, withToken: boolean) {
    const headers = { ...ours, ...(withToken && who ? { 'x-xsrf-token': who.formToken } : {}) };
    const answer = await console_().call(method, fill(url), { ...(who ? { session: who.cookie } : {}), headers });
    const { code = '' } = (await answer.json().catch(() => ({}))) as { code?: string };
    return { status: answer.status, code };
  }

  it('is what this list says, for every route that is not GET, by role; and nothing without the token of the session', async () => {
    expect(routes.length).toBeGreaterThan(50);
    const lines: string[] = [];
    for (const route of routes) {
      expect([route, (await ask(route, undefined, false)).status]).toEqual([route, 401]);
      const passed: string[] = [];
      for (const role of [undefined, ...OPERATOR_ROLES]) {
        // Anew each time: some routes end the session they are called with.
        const who = await colleague(role);
        const without = await ask(route, who, false);
        // The way in is there for whoever has no session yet.
        expect([route, role, without.status]).toEqual([route, role, route.url === '/login' ? 401 : 403]);
        const { status } = await ask(route, who, true);
        if (status !== 401 && status !== 403) passed.push(role ?? 'no role');
      }
      lines.push(`${route.method} ${route.url}: ${passed.join(', ') || 'nobody'}`);
    }
    expect(lines).toMatchSnapshot();
  }, 60_000);

  it('is nothing that the list does not know: another method, or a path that leads nowhere', async () => {
    const viewer = await colleague('viewer');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await ask({ method, url: '/nowhere' }, viewer, true)).toEqual({ status: 403, code: 'role_too_low' });
      expect(await ask({ method, url: '/queues/api/queues' }, viewer, true)).toMatchObject({ status: 403 });
    }
  });

  it('takes no token of another session, and none that is cut', async () => {
    const [mine, other] = [await colleague('admin'), await colleague('admin')];
    const lift = { method: 'POST', url: '/holds/:credentialId/lift' };
    for (const formToken of [other.formToken, mine.formToken.slice(1), '', `${mine.formToken}x`]) {
      expect(await ask(lift, { ...mine, formToken }, true)).toEqual({ status: 403, code: 'form_token_missing' });
    }
    expect((await ask(lift, mine, true)).status).toBe(303);
  });

  const hold = {
    ...{ credentialId: ids['credentialId']!, appId: formatId('app', newUuid()), provider: 'apns', scope: 'credential' },
    ...{
      reason: 'InvalidProviderToken',
      since: new Date().toISOString(),
      until: new Date(Date.now() + 9e5).toISOString(),
    },
    ...{ state: 'held' as const, times: 1, waiting: 3 },
  };
  const guard = {
    ...{ credentialId: ids['credentialId']!, appId: hold.appId, provider: 'apns', held: 7, openUntil: null },
    trippedAt: new Date().toISOString(),
  };

  it('is what the pages show buttons for, and they say who is signed in', async () => {
    push.holds = [hold];
    push.guards = [guard];
    const shown = async (role: OperatorRole) => {
      const { cookie } = await colleague(role);
      const page = await (
        await console_().call('GET', '/', { session: cookie, headers: { accept: 'text/html' } })
      ).text();
      expect(page).toContain(`<span class="quiet">${role}</span>`);
      const forms = [...page.matchAll(/<form[^>]+method="post"[^>]+action="([^"]+)"[^>]*>(<input[^>]+name="csrf")?/g)];
      // Whatever is there bears the token.
      expect(forms.filter(([, , token]) => token === undefined)).toEqual([]);
      return { forms: forms.map(([, action]) => action), mayDelete: page.includes('Delete them') };
    };
    const [lift, keep] = [`/holds/${hold.credentialId}/lift`, `/deletion-guards/${hold.credentialId}/keep`];
    expect(await shown('viewer')).toEqual({ forms: ['/logout'], mayDelete: false });
    expect(await shown('operator')).toEqual({ forms: ['/logout', lift, keep], mayDelete: false });
    expect(await shown('admin')).toEqual({ forms: ['/logout', lift, keep], mayDelete: true });
  });

  it('gives a viewer a board that can only be read', async () => {
    const look = async (role: OperatorRole) => {
      const { cookie } = await colleague(role);
      const answer = await console_().call('GET', '/queues/api/queues', { session: cookie });
      const { queues } = (await answer.json()) as { queues: { readOnlyMode: boolean; allowRetries: boolean }[] };
      return new Set(queues.map(({ readOnlyMode, allowRetries }) => `${readOnlyMode} ${allowRetries}`));
    };
    expect(await look('viewer')).toEqual(new Set(['true false']));
    expect(await look('operator')).toEqual(new Set(['false true']));
  });

  it('changes with the commit that changes the role, the user or the session', async () => {
    const who = await colleague('operator');
    const database = postgres.database();
    const lift = { method: 'POST', url: '/holds/:credentialId/lift' };
    const status = async () => (await ask(lift, who, true)).status;
    expect(await status()).toBe(303);
    await database.query(`UPDATE operator SET role = 'viewer' WHERE user_id = $1`, [who.user]);
    expect(await status()).toBe(403);
    await database.query('DELETE FROM operator WHERE user_id = $1', [who.user]);
    const page = await console_().call('GET', '/', { session: who.cookie, headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([403, expect.stringContaining('signalbox operators grant')]);
    await database.query(`INSERT INTO operator SELECT id, app_id, 'admin' FROM auth_user WHERE id = $1`, [who.user]);
    expect(await status()).toBe(303);
    await database.query(`UPDATE auth_session SET revoked_at = now(), revoked_reason = 'revoked' WHERE user_id = $1`, [
      who.user,
    ]);
    expect(await status()).toBe(401);
  });

  it('lets whoever has no role sign out, from the page that says so', async () => {
    const { cookie } = await colleague(undefined);
    const page = await console_().call('GET', '/', { session: cookie, headers: { accept: 'text/html' } });
    const token = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
    const body = new URLSearchParams({ csrf: token });
    const out = await console_().call('POST', '/logout', { session: cookie, headers: ours, body });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login']);
  });

  it('becomes a fact that push writes down: who, in which role, what and what came of it', async () => {
    push.told.length = 0;
    const who = await colleague('operator');
    await ask({ method: 'POST', url: '/holds/:credentialId/lift' }, who, true);
    await ask({ method: 'POST', url: '/deletion-guards/:credentialId/delete' }, who, true);
    await ask({ method: 'PUT', url: '/queues/api/queues/push.apns.bulk/pause' }, who, true);
    const by = { kind: 'acted', operator: who.userId, role: 'operator' };
    // What was refused changed nothing, and is none.
    expect(push.told).toEqual([
      {
        ...by,
        ...{ action: `POST /holds/${hold.credentialId}/lift`, status: 303 },
        outcome: `The hold on ${hold.credentialId} is lifted; what waited is sent now.`,
      },
      { ...by, action: 'PUT /queues/api/queues/push.apns.bulk/pause', status: 200 },
    ]);
  });
});
