import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { decodeJwt } from 'jose';
import { codeNow } from '../mfa/mfa.harness.js';
import { authSettings } from '../settings/auth-settings.js';
import { TestPhone, useSignIn } from '../sign-in.harness.js';

const signIn = useSignIn();
let appId: Uuid;
let userId: string;
let clientId: string;

/** What the phone's app calls its installation: in every address that it opens, and no secret. */
const SAID = { device_id: 'installation-7', prompt: 'login' };

beforeEach(async () => {
  appId = await signIn.newApp();
  userId = await signIn.newUser(appId);
  clientId = await signIn.newClient(appId);
  Object.assign(signIn.visitor, { userId, methods: ['pwd'] });
});

const set = (settings: object) => signIn.side().settings.put(appId, authSettings.parse(settings));

/** "code", or what is still asked for. */
async function outcome(phone: TestPhone): Promise<unknown> {
  const end = await phone.browser.open(phone.authorizeUrl(SAID));
  return 'answer' in end ? end.answer.json() : 'code';
}

async function unusual(): Promise<unknown[]> {
  const { rows } = await signIn.database().query<{ codes: unknown }>(
    `SELECT jsonb_path_query_array(payload, '$.reasons[*].code') AS codes FROM event_log
       WHERE app_id = $1 AND type = 'auth.login_anomaly' ORDER BY id`,
    [appId],
  );
  return rows.map(({ codes }) => codes);
}

async function enrol(): Promise<void> {
  const { totp } = signIn.side().mfa;
  const user = { appId, userId: parseId('user', userId)! };
  const { id, secret } = await totp.enrol(user, 'phone', { issuer: 'Shop', account: 'ann' });
  await totp.confirm(user, id, codeNow(secret));
}

describe('a device is known by what it proves', () => {
  it('and not by what a request says: a stranger who knows the device_id is a new device, the browser is not', async () => {
    const own = new TestPhone(signIn, clientId);
    await own.signedIn(SAID);
    await own.signedIn(SAID);
    expect(await unusual()).toEqual([]);
    await new TestPhone(signIn, clientId).signedIn(SAID);
    expect(await unusual()).toEqual([['new_device']]);
  });

  it('so the stranger is asked for the second factor that an unusual sign-in takes, and the browser is not', async () => {
    await set({ mfa: 'off', anomalies: { newDevice: 'step_up' } });
    await enrol();
    const own = new TestPhone(signIn, clientId);
    await own.signedIn(SAID);
    expect(await outcome(own)).toBe('code');
    expect(await outcome(new TestPhone(signIn, clientId))).toEqual({ next: 'second-factor' });
  });

  it('and no longer when a copy of its refresh token was used', async () => {
    await set({ mfa: 'off', anomalies: { newDevice: 'step_up' } });
    await enrol();
    const own = new TestPhone(signIn, clientId);
    const { refresh_token: first } = await own.signedIn(SAID);
    const { refresh_token: second } = (await own.refresh(first)).tokens;
    await signIn.travel(120);
    await own.refresh(first);
    expect((await own.refresh(second)).tokens.error_description).toContain('refresh_reused');
    expect(await outcome(own)).toEqual({ next: 'second-factor' });
  });

  it('while what the app calls its installation keeps one session an installation', async () => {
    const tokens = await new TestPhone(signIn, clientId).signedIn(SAID);
    const again = new TestPhone(signIn, clientId);
    const { access_token } = await again.signedIn(SAID);
    expect((await again.refresh(tokens.refresh_token)).tokens.error_description).toContain('superseded');
    const sessions = await signIn.side().sessions.list(appId, parseId('user', userId)!);
    expect(sessions.map(({ id }) => id)).toEqual([decodeJwt(access_token)['sid']]);
  });
});
