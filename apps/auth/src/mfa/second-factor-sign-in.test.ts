import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { ACR } from '@signalbox/http';
import { decodeJwt } from 'jose';
import { authSettings } from '../settings/auth-settings.js';
import { TestPhone, useSignIn } from '../sign-in.harness.js';
import { codeNow } from './mfa.harness.js';

const signIn = useSignIn();
let appId: Uuid;
let userId: string;
let phone: TestPhone;
beforeEach(async () => {
  appId = await signIn.newApp();
  userId = await signIn.newUser(appId);
  phone = new TestPhone(signIn, await signIn.newClient(appId));
  signIn.visitor.userId = userId;
  signIn.visitor.methods = ['pwd'];
});

async function enrol(): Promise<void> {
  const { totp } = signIn.side().mfa;
  const user = { appId, userId: parseId('user', userId)! };
  const { id, secret } = await totp.enrol(user, 'phone', { issuer: 'Shop', account: 'ann' });
  expect(await totp.confirm(user, id, codeNow(secret))).toMatchObject({ end: 'confirmed' });
}

const set = (mfa: 'off' | 'optional' | 'required'): Promise<unknown> =>
  signIn.side().settings.put(appId, authSettings.parse({ mfa }));

/** What a sign-in comes to: how strong its token is, or what is still needed. */
async function outcome(asked: Record<string, string> = {}): Promise<unknown> {
  const end = await phone.browser.open(phone.authorizeUrl(asked));
  if ('answer' in end) return end.answer.json();
  const { tokens } = await phone.redeem(end.url.searchParams.get('code')!);
  const { acr, amr } = decodeJwt(tokens.access_token);
  return { acr, amr };
}

const one = { acr: ACR.oneFactor, amr: ['pwd'] };
const two = { acr: ACR.twoFactors, amr: ['pwd', 'otp'] };

describe('a sign-in', () => {
  it('ends after the password for a user without a second factor', async () => {
    expect(await outcome()).toEqual(one);
  });

  it('goes on to the second factor of a user who has one, and the token says so', async () => {
    await enrol();
    expect(await outcome()).toEqual({ next: 'second-factor' });
    signIn.visitor.methods = ['pwd', 'otp'];
    expect(await outcome()).toEqual(two);
  });

  it('sets one up where the app requires it', async () => {
    await set('required');
    expect(await outcome()).toEqual({ next: 'enrol' });
  });

  it('does not ask where the app switched them off, unless the client does', async () => {
    await enrol();
    await set('off');
    expect(await outcome()).toEqual(one);
    expect(await outcome({ acr_values: `${ACR.twoFactors} ${ACR.oneFactor}` })).toEqual(one);
    expect(await outcome({ acr_values: ACR.twoFactors })).toEqual({ next: 'second-factor' });
    signIn.visitor.methods = ['pwd', 'otp'];
    expect(await outcome({ acr_values: ACR.twoFactors })).toEqual(two);
  });

  it('check 22: goes up to two factors when a client hands on the challenge, by setting one up if need be', async () => {
    expect(await outcome()).toEqual(one);
    const challenge = { acr_values: ACR.twoFactors, max_age: '600' };
    expect(await outcome(challenge)).toEqual({ next: 'enrol' });
    await enrol();
    signIn.visitor.methods = ['pwd', 'otp'];
    expect(await outcome(challenge)).toEqual(two);
  });
});
