import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { hashApiKey, newKeyText } from '@signalbox/http';
import { eventually } from '@signalbox/testing';
import type { PublicKeyCredentialRequestOptionsJSON as RequestOptions } from '@simplewebauthn/server';
import { decodeJwt } from 'jose';
import { ProofKey } from '../../../dpop.harness.js';
import { authSettings } from '../../../settings/auth-settings.js';
import { type Answered, TEST_ISSUER, TestPhone, useSignIn } from '../../../sign-in.harness.js';
import { type Quirks, SoftAuthenticator } from '../authenticator.harness.js';
import { newPasskeyAnswer } from '../passkey-answers.js';
import { apkKeyHashOrigin } from '../relying-party.js';

const OPTIONS_URL = `${TEST_ISSUER}/v1/sign-in/native/passkey/options`;
const GRANT = 'urn:signalbox:native-passkey';
const fingerprint = (of: string): string => Array.from({ length: 32 }, () => of).join(':');
const OWN_APP: Quirks = { origin: apkKeyHashOrigin(fingerprint('AA')) };

/** How a phone sends its answer, other than usual. */
interface Sent {
  readonly client?: string;
  readonly headers?: Record<string, string>;
  readonly device_id?: string;
  readonly device_name?: string;
}

/** What the options route answers. */
interface Begun {
  readonly challengeId: string;
  readonly publicKey: RequestOptions;
}

describe('signing in with a passkey on a phone', () => {
  const signIn = useSignIn();
  let app: { readonly id: Uuid; readonly key: string };
  let clientId: string;
  let user: string;
  let device: SoftAuthenticator;

  const newApp = async (settings: object = {}): Promise<typeof app> => {
    const [id, key] = [await signIn.newApp(), newKeyText('publishable', 'test')];
    const appLinks = { android: [{ packageName: 'com.shop.app', sha256Fingerprints: [fingerprint('AA')] }] };
    await signIn.side().settings.put(id, authSettings.parse({ appLinks, ...settings }));
    await signIn.database().query(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes)
       VALUES ($1, $2, 'publishable', 'phone', 'sbp_', $3, '{devices:register-own}')`,
      [newUuid(), id, hashApiKey(key)],
    );
    return { id, key };
  };
  /** A user of the app with a passkey on the device. */
  const newUser = async (): Promise<string> => {
    const id = await signIn.newUser(app.id);
    const owner = { appId: app.id, userId: parseId('user', id)! };
    const { passkeys } = signIn.side().mfa;
    const made = device.create(await passkeys.begin(owner, 'ann'), OWN_APP);
    expect((await passkeys.finish(owner, 'phone', newPasskeyAnswer.parse(made))).end).toBe('registered');
    return id;
  };
  const ask = (body: object, key = app.key): Promise<Response> =>
    signIn.fetch(OPTIONS_URL, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const begin = async (of = clientId): Promise<Begun> => (await (await ask({ clientId: of })).json()) as Begun;
  const send = (
    { challengeId, publicKey }: Begun,
    quirks: Partial<Quirks> = {},
    { client = clientId, headers = {}, ...more }: Sent = {},
  ): Promise<Answered> => {
    const answer = JSON.stringify(device.get(publicKey, { ...OWN_APP, ...quirks }));
    const request = { grant_type: GRANT, challenge_id: challengeId, answer, scope: 'openid account:manage', ...more };
    return new TestPhone(signIn, client).token(request, headers);
  };
  const signedIn = async (): Promise<number> => {
    const { rowCount } = await signIn
      .database()
      .query(`SELECT FROM event_log WHERE app_id = $1 AND type = 'auth.signed_in'`, [app.id]);
    return rowCount;
  };

  beforeAll(async () => {
    app = await newApp();
    clientId = await signIn.newClient(app.id);
  });
  beforeEach(async () => {
    device = new SoftAuthenticator();
    user = await newUser();
  });

  it.each([
    ['an Android app', OWN_APP],
    ['a page of the issuer, as in a web view', { origin: TEST_ISSUER }],
  ])('gives %s a session like any other, with two factors', async (_what, quirks) => {
    const before = await signedIn();
    const { status, tokens } = await send(await begin(), quirks, { device_name: 'Pixel' });
    expect([status, tokens]).toEqual([200, expect.objectContaining({ token_type: 'Bearer', expires_in: 300 })]);
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: user,
      sid: expect.stringMatching(/^ses_/),
      amr: ['hwk', 'user'],
      acr: 'urn:signalbox:2fa',
      scope: 'openid account:manage',
    });
    expect(decodeJwt(tokens.id_token).sub).toBe(user);
    expect((await new TestPhone(signIn, clientId).refresh(tokens.refresh_token)).status).toBe(200);
    expect(await signedIn()).toBe(before + 1);
    const devices = await signIn.side().sessionDesk.list(app.id, parseId('user', user)!);
    expect(devices).toEqual([expect.objectContaining({ clientId, deviceName: 'Pixel' })]);
  });

  it('binds the tokens to the key of the phone, where it has one', async () => {
    const key = await ProofKey.make();
    const dpop = await key.proof('POST', `${TEST_ISSUER}/oauth/token`);
    const { tokens } = await send(await begin(), {}, { headers: { dpop } });
    expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ jkt: key.thumbprint });
    expect((await new TestPhone(signIn, clientId).refresh(tokens.refresh_token)).status).toBe(400);
  });

  it('is judged like any other sign-in, and knows the installation', async () => {
    const { tokens } = await send(await begin(), {}, { device_id: 'pixel-1' });
    const { rows } = await signIn
      .database()
      .query<{ anomaly: unknown; installation: string }>(
        'SELECT anomaly, installation FROM auth_session WHERE id = $1',
        [parseId('session', String(decodeJwt(tokens.access_token)['sid']))],
      );
    expect(rows).toEqual([{ anomaly: expect.objectContaining({ verdict: 'allow' }), installation: 'pixel-1' }]);
  });

  describe('a challenge', () => {
    const USED = 'the challenge was answered before, is too old, or was asked for by another client';

    it('is good once, of parallel answers too', async () => {
      const begun = await begin();
      const answers = await Promise.all(Array.from({ length: 6 }, () => send(begun)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await send(begun)).tokens).toMatchObject({ error: 'invalid_grant', error_description: USED });
    });

    it('is of one client', async () => {
      const other = await signIn.newClient(app.id);
      const begun = await begin();
      expect((await send(begun, {}, { client: other })).tokens.error_description).toBe(USED);
      expect((await send(begun)).status).toBe(200);
    });

    it('is gone with a wrong answer', async () => {
      const begun = await begin();
      const wrong = { grant_type: GRANT, challenge_id: begun.challengeId, answer: '{' };
      expect((await new TestPhone(signIn, clientId).token(wrong)).tokens.error).toBe('invalid_request');
      expect((await send(begun)).tokens.error_description).toBe(USED);
    });

    it('is given to clients on phones of the app that asks, and to nobody else', async () => {
      const stranger = await newApp();
      const web = await signIn.newClient(app.id, {
        kind: 'web',
        secret: 'secret',
        redirectUris: ['https://a.example'],
      });
      expect((await ask({ clientId }, stranger.key)).status).toBe(404);
      expect((await ask({ clientId: web })).status).toBe(404);
      expect((await ask({ clientId }, 'sbp_test_nobody')).status).toBe(401);
      const incomplete = await ask({});
      expect([incomplete.status, await incomplete.text()]).toEqual([422, expect.stringContaining('clientId')]);
    });
  });

  it.each([
    ['another phone app', { origin: apkKeyHashOrigin(fingerprint('BB')) }],
    ['another site', { origin: 'https://evil.example' }],
    ['a device that did not look who holds it', { verifies: false }],
    ['somebody who cannot sign', { forged: true }],
    ['a passkey that names nobody', { sendsHandle: false }],
  ])('refuses what comes from %s, in the same words', async (_what, quirks) => {
    const before = await signedIn();
    expect(await send(await begin(), quirks)).toMatchObject({
      status: 400,
      tokens: { error: 'invalid_grant', error_description: 'this passkey does not sign in here' },
    });
    expect(await signedIn()).toBe(before);
  });

  it('sends whoever would be asked for more into the browser', async () => {
    app = await newApp({ emailVerification: 'required' });
    clientId = await signIn.newClient(app.id);
    user = await newUser();
    await signIn
      .database()
      .query('UPDATE auth_user SET email_verified_at = NULL WHERE id = $1', [parseId('user', user)]);
    expect(await send(await begin())).toMatchObject({ status: 400, tokens: { error: 'interaction_required' } });
    expect(await signedIn()).toBe(0);
  });

  describe('whose user is signed out everywhere meanwhile', () => {
    const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const waits = (): Promise<void> =>
      eventually(async () => expect((await signIn.database().query(WAITING)).rowCount).toBe(1));
    const signOut = (tx: Sql): Promise<number> =>
      signIn.side().sessions.revokeAll(tx, { appId: app.id, userId: parseId('user', user)!, reason: 'revoked' });
    const REFUSED = { status: 400, tokens: { error: 'invalid_grant', error_description: expect.any(String) } };

    it('gets no session by a proof that was given before', async () => {
      const [begun, before] = [await begin(), await signedIn()];
      const { answer } = await signIn.database().transaction(async (tx) => {
        await signOut(tx);
        const sent = send(begun);
        await waits();
        return { answer: sent };
      });
      expect(await answer).toMatchObject(REFUSED);
      expect(await signedIn()).toBe(before);
      expect((await send(await begin())).status).toBe(200);
    });

    it('gets none either where that was over before anything was known of the user', async () => {
      const begun = await begin();
      const { answer } = await signIn.database().transaction(async (tx) => {
        await tx.query('SELECT FROM passkey WHERE user_id = $1 FOR UPDATE', [parseId('user', user)]);
        const sent = send(begun);
        await waits();
        await signIn.database().transaction(signOut);
        return { answer: sent };
      });
      expect(await answer).toMatchObject(REFUSED);
    });
  });

  it('does not ask for the proof of an address from whoever has none', async () => {
    app = await newApp({ emailVerification: 'required' });
    clientId = await signIn.newClient(app.id);
    user = await newUser();
    await signIn
      .database()
      .query('UPDATE auth_user SET email = NULL, email_key = NULL, email_verified_at = NULL WHERE id = $1', [
        parseId('user', user),
      ]);
    expect((await send(await begin())).status).toBe(200);
  });
});
