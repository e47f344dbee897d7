import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { ISSUER, MfaStage } from '../mfa.harness.js';
import type { AppUser } from '../user.js';
import { type Quirks, SoftAuthenticator } from './authenticator.harness.js';
import { newPasskeyAnswer } from './passkey-answers.js';
import type { PasskeyVerdict } from './passkey-sign-in.js';
import type { PasskeyRegistration } from './passkeys.js';
import { apkKeyHashOrigin } from './relying-party.js';

const postgres = usePostgres();
let stage: MfaStage;
beforeAll(() => {
  stage = new MfaStage(postgres.database());
});

const WEB: Quirks = { origin: ISSUER };
const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
);
const ANDROID: Quirks = { origin: apkKeyHashOrigin(FINGERPRINT) };
const ANDROID_APP = { packageName: 'com.shop', sha256Fingerprints: [FINGERPRINT] };

let user: AppUser;
let device: SoftAuthenticator;
let binding: string;
beforeEach(async () => {
  user = await stage.user();
  device = new SoftAuthenticator();
  binding = newUuid();
});

async function register(quirks: Quirks = WEB, who = user, on = device): Promise<PasskeyRegistration> {
  const options = await stage.mfa.passkeys.begin(who, 'ann');
  return stage.mfa.passkeys.finish(who, 'phone', newPasskeyAnswer.parse(on.create(options, quirks)));
}

async function signIn(
  quirks: Quirks = WEB,
  { on = device, as, appId = user.appId }: { on?: SoftAuthenticator; as?: Uuid; appId?: Uuid } = {},
): Promise<PasskeyVerdict> {
  const options = await stage.mfa.passkeySignIn.begin({ appId, binding }, as);
  return stage.mfa.passkeySignIn.finish({ appId, binding }, on.get(options, quirks));
}

const passed = (): object => ({
  end: 'passed',
  factor: { method: 'hwk', userId: user.userId, strength: 2 },
});
const refused = (why: string): object => ({ end: 'refused', why });

describe('what the platform is asked for', () => {
  it('is a passkey that it can find by itself and that checks who holds it', async () => {
    await register();
    const options = await stage.mfa.passkeys.begin(user, 'ann@example.com');
    expect(options).toMatchObject({
      rp: { id: 'auth.shop.example', name: 'Shop' },
      user: { name: 'ann@example.com', displayName: 'Shop' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      excludeCredentials: [{ id: expect.any(String), type: 'public-key' }],
    });
    // The handle is the bytes of the id, and says nothing of a person.
    expect(Buffer.from(options.user.id, 'base64url').toString('hex')).toBe(user.userId.replaceAll('-', ''));
  });

  it('is, to sign in, any passkey there is, or one of those of whom a first factor named', async () => {
    await register();
    const attempt = { appId: user.appId, binding };
    const open = await stage.mfa.passkeySignIn.begin(attempt);
    expect(open).toMatchObject({ rpId: 'auth.shop.example', userVerification: 'required' });
    expect(open.allowCredentials).toBeUndefined();
    const { allowCredentials } = await stage.mfa.passkeySignIn.begin(attempt, user.userId);
    expect(allowCredentials).toEqual([
      { id: expect.any(String), transports: ['internal', 'hybrid'], type: 'public-key' },
    ]);
  });
});

describe('a passkey', () => {
  it.each(['none', 'packed'] as const)('signs in without a password, made with attestation %s', async (attestation) => {
    const registration = await register({ ...WEB, attestation });
    expect(registration).toMatchObject({ end: 'registered' });
    expect(registration.end === 'registered' && registration.recoveryCodes).toHaveLength(10);
    expect(await signIn()).toEqual(passed());
    expect(await signIn()).toEqual(passed());
    expect(await stage.eventsOf(user)).toMatchObject([
      {
        type: 'auth.factor_added',
        data: { kind: 'passkey', userId: formatId('user', user.userId), factorId: expect.stringMatching(/^fct_/) },
      },
      { type: 'auth.factor_added', data: { kind: 'recovery_codes' } },
    ]);
  });

  it("works in the app's Android app, by the certificate that signed it", async () => {
    stage.set(user.appId, { appLinks: { android: [ANDROID_APP], ios: [] } });
    expect(ANDROID.origin).toBe('android:apk-key-hash:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8');
    expect(await register(ANDROID)).toMatchObject({ end: 'registered' });
    expect(await signIn(ANDROID)).toEqual(passed());
    expect(await signIn(WEB)).toEqual(passed());
  });

  it("does not work in another app's Android app, though the host is the same", async () => {
    const other = await stage.user();
    stage.set(other.appId, { appLinks: { android: [ANDROID_APP], ios: [] } });
    expect(await register(ANDROID)).toEqual({ end: 'unacceptable' });
    await register();
    expect(await signIn(ANDROID)).toEqual(refused('unacceptable'));
  });

  it('works in an iOS app where the app has one, whose origin is the host without a port', async () => {
    stage.set(user.appId, { appLinks: { android: [], ios: [{ teamId: 'TEAM123456', bundleId: 'com.shop' }] } });
    expect(await register({ origin: 'https://auth.shop.example' })).toMatchObject({ end: 'registered' });
  });

  it.each<[string, Partial<Quirks>]>([
    ['from another origin', { origin: 'https://auth.shop.example.evil.test' }],
    ['from the same host in clear', { origin: 'http://auth.shop.example' }],
    ['for another relying party', { rpId: 'evil.test' }],
    ['that signed another challenge', { challenge: Buffer.alloc(32, 1).toString('base64url') }],
    ['that did not check who holds it', { verifies: false }],
    ['of the other kind', { type: 'webauthn.something' }],
  ])('is refused %s, when it is made and when it signs in', async (_what, quirks) => {
    expect(await register({ ...WEB, ...quirks })).toEqual({ end: 'unacceptable' });
    await register();
    expect(await signIn({ ...WEB, ...quirks })).toEqual(refused('unacceptable'));
    expect(await signIn()).toEqual(passed());
  });

  it('is refused with a signature that is none', async () => {
    expect(await register({ ...WEB, attestation: 'packed', forged: true })).toEqual({ end: 'unacceptable' });
    await register();
    expect(await signIn({ ...WEB, forged: true })).toEqual(refused('unacceptable'));
  });

  it('answers a challenge once, however many answers come at the same moment', async () => {
    const options = await stage.mfa.passkeys.begin(user, 'ann');
    const made = newPasskeyAnswer.parse(device.create(options, WEB));
    const registrations = await Promise.all([1, 2, 3, 4].map(() => stage.mfa.passkeys.finish(user, 'phone', made)));
    expect(registrations.map(({ end }) => end).sort()).toEqual([
      'no_challenge',
      'no_challenge',
      'no_challenge',
      'registered',
    ]);

    const attempt = { appId: user.appId, binding };
    const signed = device.get(await stage.mfa.passkeySignIn.begin(attempt), WEB);
    const verdicts = await Promise.all([1, 2, 3, 4].map(() => stage.mfa.passkeySignIn.finish(attempt, signed)));
    expect(verdicts.filter(({ end }) => end === 'passed')).toEqual([passed()]);
    expect(verdicts.filter(({ end }) => end === 'refused')).toEqual(Array(3).fill(refused('no_challenge')));
    // The challenge was good once; to ask anew does not bring it back.
    await stage.mfa.passkeySignIn.begin(attempt);
    expect(await stage.mfa.passkeySignIn.finish(attempt, signed)).toEqual(refused('unacceptable'));
  });

  it('answers only the sign-in that asked, in the app that asked, and within five minutes', async () => {
    await register();
    const attempt = { appId: user.appId, binding };
    const ask = async (): Promise<unknown> => device.get(await stage.mfa.passkeySignIn.begin(attempt), WEB);
    const answer = await ask();
    const elsewhere = [
      { ...attempt, binding: newUuid() },
      { ...attempt, appId: await stage.app() },
    ];
    for (const other of elsewhere)
      expect(await stage.mfa.passkeySignIn.finish(other, answer)).toEqual(refused('no_challenge'));
    expect(await stage.mfa.passkeySignIn.finish(attempt, answer)).toEqual(passed());

    const late = await ask();
    const { rowCount } = await postgres
      .database()
      .query(`UPDATE passkey_challenge SET expires_at = now() WHERE binding = $1 RETURNING binding`, [binding]);
    expect(rowCount).toBe(1);
    expect(await stage.mfa.passkeySignIn.finish(attempt, late)).toEqual(refused('no_challenge'));
  });

  it('is refused when its count did not move on: there are two of it', async () => {
    await register();
    const thief = device.clone();
    expect(await signIn()).toEqual(passed());
    expect(await signIn(WEB, { on: thief })).toEqual(refused('cloned'));
    expect(await signIn()).toEqual(passed());
  });

  it('may never count, as those in a cloud do', async () => {
    await register({ ...WEB, synced: true });
    for (let time = 0; time < 3; time += 1) expect(await signIn({ ...WEB, synced: true })).toEqual(passed());
    const { factors } = await stage.mfa.factors.list(user);
    expect(factors).toMatchObject([{ kind: 'passkey', synced: true, lastUsedAt: expect.any(Date) }]);
  });

  it('beside a password counts only for whom the password named', async () => {
    const bob = await stage.user(user.appId);
    const [annsDevice, bobsDevice] = [device, new SoftAuthenticator()];
    await register();
    await register(WEB, bob, bobsDevice);
    expect(await signIn(WEB, { as: user.userId })).toEqual(passed());
    expect(await signIn({ ...WEB, sendsHandle: false }, { as: user.userId })).toEqual(passed());
    const attempt = { appId: user.appId, binding };
    const { challenge, rpId } = await stage.mfa.passkeySignIn.begin(attempt, bob.userId);
    const answer = annsDevice.get({ challenge, rpId: rpId! }, WEB);
    expect(await stage.mfa.passkeySignIn.finish(attempt, answer)).toEqual(refused('other_user'));
  });

  it('has to say whose it is where nobody is known yet', async () => {
    await register();
    expect(await signIn({ ...WEB, sendsHandle: false })).toEqual(refused('other_user'));
  });

  it('is unknown in another app, and for a user who is not active', async () => {
    await register();
    expect(await signIn(WEB, { appId: await stage.app() })).toEqual(refused('unknown_passkey'));
    await postgres.database().query(`UPDATE auth_user SET status = 'disabled' WHERE id = $1`, [user.userId]);
    expect(await signIn()).toEqual(refused('unknown_passkey'));
    expect(await register()).toEqual({ end: 'no_such_user' });
  });

  it('is set up once, for one user', async () => {
    const options = await stage.mfa.passkeys.begin(user, 'ann');
    const thief = await stage.user();
    const credential = newPasskeyAnswer.parse(device.create(options, WEB));
    expect(await stage.mfa.passkeys.finish(user, 'phone', credential)).toMatchObject({ end: 'registered' });
    // The same key, made to look like an answer to what somebody else was asked.
    const forThief = await stage.mfa.passkeys.begin(thief, 'eve');
    const { challenge } = forThief;
    const clientDataJSON = Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge, origin: ISSUER })).toString(
      'base64url',
    );
    const copied = { ...credential, response: { ...credential.response, clientDataJSON } };
    expect(await stage.mfa.passkeys.finish(thief, 'mine', copied)).toEqual({ end: 'known_already' });
  });

  it('is one of twenty at most', async () => {
    for (let count = 0; count < 20; count += 1) expect(await register()).toMatchObject({ end: 'registered' });
    expect(await register()).toEqual({ end: 'too_many' });
  });

  it.each([undefined, null, 'text', {}, { id: 'a', rawId: 'a', type: 'public-key', response: {} }, [[]]])(
    'is not %j, which is refused and ends the challenge',
    async (answer) => {
      await register();
      const attempt = { appId: user.appId, binding };
      const right = device.get(await stage.mfa.passkeySignIn.begin(attempt), WEB);
      expect(await stage.mfa.passkeySignIn.finish(attempt, answer)).toEqual(refused('malformed'));
      expect(await stage.mfa.passkeySignIn.finish(attempt, right)).toEqual(refused('no_challenge'));
    },
  );
});

describe('factors of one user', () => {
  it('keep one where the app requires it, though two are removed at the same moment', async () => {
    stage.set(user.appId, { mfa: 'required' });
    const ids: Uuid[] = [];
    for (let count = 0; count < 2; count += 1) {
      const registration = await register();
      if (registration.end === 'registered') ids.push(registration.id);
    }
    const removals = await Promise.all(ids.map((id) => stage.mfa.factors.remove(user, id)));
    expect(removals.sort()).toEqual(['last_factor', 'removed']);
  });

  it('leave old challenges to be swept by new ones', async () => {
    await stage.mfa.passkeySignIn.begin({ appId: user.appId, binding });
    await postgres.database().query(`UPDATE passkey_challenge SET expires_at = now() - interval '1 s'`);
    await stage.mfa.passkeySignIn.begin({ appId: user.appId, binding: newUuid() });
    const { rows } = await postgres
      .database()
      .query('SELECT binding FROM passkey_challenge WHERE binding = $1', [binding]);
    expect(rows).toEqual([]);
  });
});
