import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type UserScope, type Uuid } from '@signalbox/contracts';
import { type TestClaims, useUserRoutes } from '../../user-routes.harness.js';
import { GOOD_PASSWORD, newAddress, stranger, useAccounts } from '../accounts.harness.js';
import { AccountsModule } from '../accounts.module.js';

const { stage, call, foreignTokenOf, ...routes } = useUserRoutes(useAccounts, {
  module: ({ accounts }) => AccountsModule.with(accounts()),
  hasSecondFactor: async ({ clientId }) => clientId === 'cli_of_careful',
});
const { accounts, ended, latestMail, newApp, verifiedUser } = stage;
const tokenOf = (appId: Uuid, userId: Uuid, claims?: TestClaims): string => routes.tokenOf({ appId, userId }, claims);

const signIn = (appId: Uuid, email: string, password = GOOD_PASSWORD) =>
  accounts().signIn.attempt({ appId, email, password, visitor: stranger() });

describe('GET and PATCH /v1/me', () => {
  it('show and change what is the own', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const token = tokenOf(appId, id, { age: 9_999 });
    const shown = { id: formatId('user', id), email, emailVerified: true, name: null, locale: 'en', hasPassword: true };
    const me = await call('GET', '/v1/me', token);
    expect(me).toMatchObject({ status: 200, body: { ...shown, createdAt: expect.any(String) } });
    expect(me.body).not.toHaveProperty('passwordHash');
    const changed = await call('PATCH', '/v1/me', token, { name: ' Ann ', locale: 'de' });
    expect(changed).toMatchObject({ status: 200, body: { ...shown, name: 'Ann', locale: 'de' } });
  });

  it.each([{ role: 'admin' }, { email: 'x@example.com' }, { emailVerified: true }, { userId: 'usr_1' }, { name: '' }])(
    'take no %j',
    async (body) => {
      const appId = await newApp();
      const { id } = await verifiedUser(appId);
      expect((await call('PATCH', '/v1/me', tokenOf(appId, id), body)).status).toBe(422);
    },
  );

  it('are for users of ours, each in their own app', async () => {
    const appId = await newApp();
    const { id } = await verifiedUser(appId);
    const other = tokenOf(await newApp(), id);
    const foreign = { scopes: new Set<UserScope>(['account:manage']), userId: 'auth0|123' };
    const claimed = foreignTokenOf({ appId, userId: id });
    const routes = [
      ['GET', '/v1/me', undefined],
      ['PATCH', '/v1/me', { name: 'X' }],
      ['PUT', '/v1/me/email', { email: newAddress() }],
      ['PUT', '/v1/me/password', { password: 'a wholly new one' }],
      ['POST', '/v1/me/email/verification', undefined],
    ] as const;
    for (const [method, path, body] of routes) {
      expect((await call(method, path, other, body)).status).toBe(404);
      expect((await call(method, path, tokenOf(appId, id, foreign), body)).status).toBe(403);
      expect((await call(method, path, claimed, body)).status).toBe(403);
      expect((await call(method, path, tokenOf(appId, id, { scopes: new Set() }), body)).status).toBe(403);
      expect((await call(method, path, 'Bearer nothing', body)).status).toBe(401);
    }
  });
});

describe('PUT /v1/me/password', () => {
  const put = (token: string, password: unknown) => call('PUT', '/v1/me/password', token, { password });

  it('changes it and ends the other sessions', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    ended.length = 0;
    expect((await put(tokenOf(appId, id), 'a wholly new one')).status).toBe(204);
    expect(ended).toEqual([{ appId, userId: id, except: expect.any(String), reason: 'password_changed' }]);
    expect(await signIn(appId, email, 'a wholly new one')).toMatchObject({ end: 'passed' });
    expect(await signIn(appId, email)).toEqual({ end: 'refused' });
  });

  it('wants a sign-in of the last ten minutes, with the second factor of who has one', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    for (const claims of [{ age: 601 }, { clientId: 'cli_of_careful' }] satisfies TestClaims[]) {
      const answer = await put(tokenOf(appId, id, claims), 'a wholly new one');
      expect(answer).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } });
      expect(answer.headers.get('www-authenticate')).toContain('insufficient_user_authentication');
    }
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
  });

  it('check 19: refuses weak ones by name, and a megabyte before anything is hashed', async () => {
    const appId = await newApp();
    const { id } = await verifiedUser(appId);
    const token = tokenOf(appId, id);
    const weak = await put(token, 'password');
    expect(weak.status).toBe(422);
    expect(weak.body['errors']).toEqual([{ pointer: '/password', reason: expect.stringContaining('first') }]);
    const began = performance.now();
    expect((await put(token, 'x'.repeat(1024 * 1024))).status).toBe(413);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect((await put(token, '🦊'.repeat(1_024))).status).toBe(204);
    expect((await put(token, 'x'.repeat(1_025))).status).toBe(422);
  });

  it('slows down who does it on and on', async () => {
    const appId = await newApp();
    const { id } = await verifiedUser(appId);
    const token = tokenOf(appId, id);
    const answers = [];
    for (let n = 0; n < 7; n += 1) answers.push(await put(token, `a wholly new one, the ${n}th`));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204, 204, 429, 429]);
    expect(Number(answers[6]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the mail address', () => {
  it('is changed by a link to the new one', async () => {
    const appId = await newApp();
    const [{ id, email }, fresh] = [await verifiedUser(appId), newAddress()];
    const put = (address: string, claims?: TestClaims) =>
      call('PUT', '/v1/me/email', tokenOf(appId, id, claims), { email: address });
    expect((await put(fresh, { age: 601 })).status).toBe(401);
    expect((await put('no address')).status).toBe(422);
    expect((await put(fresh)).status).toBe(202);
    expect((await call('GET', '/v1/me', tokenOf(appId, id))).body['email']).toBe(email);
    await accounts().verification.confirm((await latestMail(appId, fresh))?.token ?? '');
    expect((await call('GET', '/v1/me', tokenOf(appId, id))).body['email']).toBe(fresh);
  });

  it('can be proven later', async () => {
    const appId = await newApp();
    const email = newAddress();
    const registration = {
      appId,
      email,
      password: GOOD_PASSWORD,
      name: undefined,
      locale: 'en',
      visitor: stranger(),
    } as const;
    await accounts().registration.register(registration);
    const first = await latestMail(appId, email);
    const passed = await signIn(appId, email);
    const token = tokenOf(appId, passed.end === 'passed' ? passed.userId : newUuid());
    expect((await call('POST', '/v1/me/email/verification', token)).status).toBe(202);
    const second = await latestMail(appId, email);
    expect(second?.token).not.toBe(first?.token);
    await accounts().verification.confirm(second?.token ?? '');
    expect((await call('POST', '/v1/me/email/verification', token)).status).toBe(202);
    expect((await latestMail(appId, email))?.token).toBe(second?.token);
  });
});
