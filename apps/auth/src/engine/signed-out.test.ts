import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { decodeJwt } from 'jose';
import { ProofKey } from '../dpop.harness.js';
import { TEST_ISSUER, TestPhone, useSignIn } from '../sign-in.harness.js';
import { isSignedOut, loginTsAfter } from './prompts.js';

describe('being signed out', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let userId: Uuid;
  let clientId: string;

  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
    userId = parseId('user', signIn.visitor.userId)!;
  });

  /** What a browser meets whose visitor proves nothing: a code, or the question who it is. */
  const meets = async (phone: TestPhone): Promise<unknown> => {
    signIn.visitor.methods = [];
    const end = await phone.browser.open(phone.authorizeUrl());
    signIn.visitor.methods = ['pwd'];
    return 'url' in end ? 'code' : end.answer.json();
  };
  /** How the visitor without pages says that it was asked to sign in. */
  const QUESTION = { next: 'second-factor' };
  const signedIn = async (): Promise<TestPhone> => {
    const phone = new TestPhone(signIn, clientId);
    await phone.signedIn();
    return phone;
  };

  it('lets a browser that is signed in go on', async () => {
    expect(await meets(await signedIn())).toBe('code');
  });

  it('everywhere asks the browser, too, who it is', async () => {
    const phone = await signedIn();
    await signIn
      .database()
      .transaction((tx) => signIn.side().sessions.revokeAll(tx, { appId, userId, reason: 'password_changed' }));
    expect(await meets(phone)).toEqual(QUESTION);
    // Who proves it is let in, in the same second, too.
    expect(await phone.signedIn()).toHaveProperty('refresh_token');
  });

  it('is told from signing in by the second: one in which both were is before it, and whoever signs in next is after', () => {
    const at = new Date(1_700_000_000_900);
    expect(isSignedOut(1_700_000_000, at)).toBe(true);
    expect(loginTsAfter(null, at)).toBe(1_700_000_000);
    expect(isSignedOut(loginTsAfter(at, at), at)).toBe(false);
  });

  it('does not meet a device whose key is bound to its tokens, when its family is only made to rotate', async () => {
    const [phone, key] = [new TestPhone(signIn, clientId), await ProofKey.make()];
    const dpop = async (): Promise<{ dpop: string }> => ({
      dpop: await key.proof('POST', `${TEST_ISSUER}/oauth/token`),
    });
    const { tokens } = await phone.redeem(await phone.code(), await dpop());
    const lost = await phone.refresh(tokens.refresh_token, await dpop());
    const sessionId = parseId('session', String(decodeJwt(tokens.access_token)['sid']))!;
    await signIn.database().transaction((tx) => signIn.side().sessions.forceRotation(tx, [sessionId], 'not_me'));
    const again = await phone.refresh(tokens.refresh_token, await dpop());
    expect(again.tokens.refresh_token).toBe(lost.tokens.refresh_token);
  });

  it('a key that somebody else knows is published no longer', async () => {
    const { keys } = signIn.side();
    const [known] = keys.keySet.keys;
    await keys.rotate({ emergency: true });
    await keys.load();
    expect(keys.keySet.keys.map(({ kid }) => kid)).not.toContain(known!.kid);
    expect(keys.keySet.keys).toHaveLength(2);
  });
});
