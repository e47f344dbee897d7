import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { TEST_AUDIENCE, TEST_ISSUER, TestPhone, useSignIn } from '../sign-in.harness.js';

describe('the engine', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let clientId: string;

  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
  });

  it('signs a phone in', async () => {
    const tokens = await new TestPhone(signIn, clientId).signedIn();
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: TEST_ISSUER,
      aud: TEST_AUDIENCE,
      sub: signIn.visitor.userId,
      client_id: clientId,
      sid: expect.stringMatching(/^ses_/),
      app: expect.stringMatching(/^app_/),
      mode: 'test',
      acr: 'urn:signalbox:1fa',
      amr: ['pwd'],
    });
  });

  it('rotates', async () => {
    const phone = new TestPhone(signIn, clientId);
    const { refresh_token } = await phone.signedIn();
    const second = await phone.refresh(refresh_token);
    expect(second).toMatchObject({ status: 200 });
    const again = await phone.refresh(refresh_token);
    expect(again.tokens.refresh_token).toBe(second.tokens.refresh_token);
    const third = await phone.refresh(second.tokens.refresh_token);
    expect(third.status).toBe(200);
    const replay = await phone.refresh(refresh_token);
    expect(replay).toMatchObject({ status: 400, tokens: { error: 'invalid_grant' } });
    expect(await phone.refresh(third.tokens.refresh_token)).toMatchObject({
      status: 400,
      tokens: { error: 'invalid_grant', error_description: 'the session ended: refresh_reused' },
    });
  });
});
