import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as client from 'openid-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxHarness } from '../sandbox.harness.js';
import { failure, SignInHarness, unique } from './sign-in.harness.js';

jest.setTimeout(30_000);

let harness: SignInHarness;
beforeAll(async () => {
  harness = await SignInHarness.start();
});
afterAll(() => harness.stop());

describe('any other provider', () => {
  it.each([client.ClientSecretPost, client.ClientSecretBasic])(
    'is there as soon as somebody asks, and signs in with openid-client as it is, %p',
    async (authentication) => {
      const name = `idp-${unique()}`;
      const config = await harness.webParty(name, authentication);
      const tokens = await harness.signIn(config, { scope: 'openid email profile offline_access' });
      expect(tokens.claims()).toMatchObject({
        iss: `${harness.origin}/oidc/${name}`,
        sub: `${name}-person-1`,
        email: 'ann@example.com',
        auth_time: expect.any(Number),
      });
      const info = await client.fetchUserInfo(config, tokens.access_token, `${name}-person-1`);
      expect(info).toMatchObject({ name: 'Ann Archer' });
      const refreshed = await client.refreshTokenGrant(config, String(tokens.refresh_token));
      await client.tokenRevocation(config, String(tokens.refresh_token));
      await expect(client.fetchUserInfo(config, refreshed.access_token, `${name}-person-1`)).rejects.toThrow();
    },
  );

  it('says who it is in the redirect, and sends its refusals there', async () => {
    const [one, other] = [await harness.webParty('idp-one'), await harness.webParty('idp-two')];
    const { url, checks } = await harness.journey(one, { login_hint: 'ann@example.com' });
    const back = await harness.redirected(url);
    expect(back.searchParams.get('iss')).toBe(`${harness.origin}/oidc/idp-one`);
    expect(await failure(client.authorizationCodeGrant(other, back, checks))).toMatch(/iss/);
    const { url: wrong } = await harness.journey(one, { scope: 'email' });
    expect((await harness.redirected(wrong)).searchParams.get('error')).toBe('invalid_scope');
  });

  it('keeps people apart from those of other providers', async () => {
    await harness.control('POST', 'idp-one/people', { sub: 'only-here', email: 'here@example.com' });
    expect(await harness.people('idp-one')).toHaveLength(4);
    expect(await harness.people('idp-two')).toHaveLength(3);
    await harness.control('DELETE', 'idp-one/people/only-here');
    expect((await harness.box.control('DELETE', '/v1/sign-in/idp-one/people/only-here')).status).toBe(404);
  });

  it('has a name that fits into a path', async () => {
    expect((await harness.box.control('GET', '/v1/sign-in/Not_A_Name/client')).status).toBe(404);
    expect((await fetch(`${harness.origin}/oidc/google/.well-known/openid-configuration`)).status).toBe(404);
    expect((await fetch(`${harness.origin}/`)).status).toBe(404);
  });

  it('signs with the same key after a restart, when the state directory is kept', async () => {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const keys = async (): Promise<unknown> => {
      const box = await SandboxHarness.start({ stateDirectory });
      await box.control('GET', '/v1/sign-in/keycloak/keys');
      const { body } = await box.control('GET', '/v1/sign-in/google/keys');
      await box.stop();
      return body;
    };
    const before = await keys();
    expect(before).toEqual({ keys: [expect.objectContaining({ alg: 'RS256', kid: expect.any(String) })] });
    expect(await keys()).toEqual(before);
    await rm(stateDirectory, { recursive: true });
  });
});
