import { Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { ApiKeyAuthenticator, type RunningService, startService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { codeNow } from '../../mfa/mfa.harness.js';
import { nextProof } from '../../mfa/policy/next-proof.js';
import { authSettings } from '../../settings/auth-settings.js';
import { useSignIn } from '../../sign-in.harness.js';
import { IP_OF, newTestUser, type TestAlert, type TestUser } from '../anomalies.harness.js';
import { SignInAlerts } from './sign-in-alerts.js';
import { SignInAlertsController } from './sign-in-alerts.controller.js';

const signIn = useSignIn();
@Module({})
class Alerts {}

const recoveries: Uuid[] = [];
let service: RunningService;

beforeAll(async () => {
  const database = signIn.database();
  const alerts = new SignInAlerts({
    database,
    sessions: signIn.side().sessions,
    dropSince: (tx, user, since) => signIn.side().mfa.factors.removeSince(tx, user, since),
    beginRecovery: async ({ userId }) => void recoveries.push(userId),
    logger: createLogger('auth', 'silent'),
  });
  service = await startService({
    name: 'auth',
    module: {
      module: Alerts,
      controllers: [SignInAlertsController],
      providers: [{ provide: SignInAlerts, useValue: alerts }],
    },
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('auth', 'silent'),
    metrics: createMetrics('auth'),
    authenticator: new ApiKeyAuthenticator(database, { operatorToken: undefined }),
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
    title: 'test',
    description: 'test',
  });
});
afterAll(() => service.close());

async function answer(noticeId: string, path: 'not-me' | 'it-was-me', body: unknown): Promise<[number, unknown]> {
  const response = await fetch(`${service.url}/v1/sign-in-alerts/${noticeId}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return [response.status, await response.json()];
}
const say = (alert: TestAlert, path: 'not-me' | 'it-was-me') =>
  answer(alert.data.noticeId, path, { token: alert.token });

/** Somebody whose phone is known, and a stranger who has just got in. */
async function intruded(): Promise<{ user: TestUser; alert: TestAlert; own: Uuid; strange: Uuid }> {
  const user = await newTestUser(signIn);
  const own = (await user.signIn({ device: 'phone' })).sessionId;
  const strange = (await user.signIn({ device: 'stranger', ip: IP_OF.US })).sessionId;
  return { user, alert: (await user.alerts())[0]!, own, strange };
}

const sessionOf = async (id: Uuid) =>
  (
    await signIn
      .database()
      .query<{ revoked: string | null; rotated: boolean }>(
        'SELECT revoked_reason AS revoked, grace_closed_at IS NOT NULL AS rotated FROM auth_session WHERE id = $1',
        [id],
      )
  ).rows[0]!;

describe('"that was not me"', () => {
  it('ends that session and no other, and says so', async () => {
    const { user, alert, own, strange } = await intruded();
    expect(await say(alert, 'not-me')).toEqual([200, { noticeId: alert.data.noticeId, answer: 'not_me' }]);
    expect(await sessionOf(strange)).toEqual({ revoked: 'not_me', rotated: false });
    expect(await sessionOf(own)).toEqual({ revoked: null, rotated: false });
    expect(await user.events('auth.signed_out')).toMatchObject([
      { subject: formatId('session', strange), data: { reason: 'not_me' } },
    ]);
    expect(await user.events('auth.login_anomaly_answered')).toMatchObject([
      { subject: formatId('session', strange), data: { noticeId: alert.data.noticeId, answer: 'not_me' } },
    ]);
    const { rows } = await signIn.database().query('SELECT FROM revocation_event WHERE value = $1', [alert.subject]);
    expect(rows).toHaveLength(1);
  });

  it('makes the other sessions rotate that the user has not vouched for', async () => {
    const user = await newTestUser(signIn);
    const own = await user.signIn({ device: 'phone' });
    const unnamed = await user.signIn({ device: undefined });
    const vouched = await user.signIn({ device: 'tablet' });
    const unanswered = await user.signIn({ device: 'laptop' });
    await user.signIn({ device: 'desk' });
    // Once more is nothing unusual, and vouches for nothing.
    const again = await user.signIn({ device: 'desk' });
    const old = await user.signIn({ device: 'old laptop' });
    await signIn.database().query(
      `UPDATE known_device SET first_seen_at = now() - interval '8 days' WHERE user_id = $1 AND trusted_at IS NULL
              AND device = (SELECT device FROM session_trail WHERE session_id = $2)`,
      [user.id, old.sessionId],
    );
    const strange = await user.signIn({ device: 'stranger' });
    const alertOf = async (id: Uuid) =>
      (await user.alerts()).find(({ subject }) => subject === formatId('session', id))!;
    await say(await alertOf(vouched.sessionId), 'it-was-me');
    await say(await alertOf(strange.sessionId), 'not-me');
    const rotated = [];
    for (const each of [own, unnamed, vouched, unanswered, again, old])
      rotated.push((await sessionOf(each.sessionId)).rotated);
    expect(rotated).toEqual([false, true, false, true, true, false]);
  });

  it('is asked of no session that nobody has answered for, nor of one that began on its device since', async () => {
    const { user, alert, strange } = await intruded();
    const again = (await user.signIn({ device: 'stranger', ip: IP_OF.US })).sessionId;
    const sessions = (...ids: Uuid[]) => ids.map((id) => formatId('session', id)).sort();
    const asked = async (visit: { device: string }) => {
      await user.signIn(visit);
      return (await user.alerts()).at(-1)!.data.inQuestion;
    };
    // The older of the two has ended by the newer, which no alert names.
    expect((await sessionOf(strange)).revoked).toBe('superseded');
    expect(await asked({ device: 'second' })).toEqual(sessions(again));
    await say(alert, 'it-was-me');
    const second = (await user.alerts()).at(-1)!.data.sessionId!;
    expect(await asked({ device: 'third' })).toEqual([second]);
  });

  it('takes the password no longer until it was changed, and begins the recovery', async () => {
    const { user, alert } = await intruded();
    await say(alert, 'not-me');
    expect(recoveries).toContain(user.id);
    const due = { verdict: 'refuse', reasons: [{ code: 'password_reset_due', facts: {} }] };
    expect(await user.judge({ device: 'phone' })).toMatchObject(due);
    expect(await user.judge({ device: 'phone', amr: ['hwk'] })).toMatchObject({ verdict: 'allow' });
    await signIn.database().query('UPDATE auth_user SET password_changed_at = now() WHERE id = $1', [user.id]);
    expect(await user.judge({ device: 'phone' })).toMatchObject({ verdict: 'allow' });
  });

  it('asks nobody for a password who has none', async () => {
    const { user, alert } = await intruded();
    await signIn.database().query('UPDATE auth_user SET password_hash = NULL WHERE id = $1', [user.id]);
    await say(alert, 'not-me');
    expect(recoveries).not.toContain(user.id);
    expect((await user.judge({ device: 'phone' })).verdict).toBe('allow');
  });

  it('forgets the device and the country, so that they are unusual again', async () => {
    const { user, alert } = await intruded();
    await say(alert, 'not-me');
    const { reasons } = await user.judge({ device: 'stranger', ip: IP_OF.US, amr: ['hwk'] });
    expect(reasons.map(({ code }) => code)).toEqual(['new_device', 'new_country']);
  });

  it('counts once, also when it is said by many at once, and whoever did not hear so may ask again', async () => {
    const { user, alert } = await intruded();
    const said = await Promise.all(Array.from({ length: 5 }, () => say(alert, 'not-me')));
    expect(said.map(([status]) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await say(alert, 'not-me')).toEqual(said[0]);
    expect(await user.events('auth.login_anomaly_answered')).toHaveLength(1);
    expect(await user.events('auth.signed_out')).toHaveLength(1);
  });

  it('stands, whatever is said afterwards, and may be said by who said otherwise before', async () => {
    const { alert, strange } = await intruded();
    expect((await say(alert, 'it-was-me'))[0]).toBe(200);
    expect((await say(alert, 'not-me'))[0]).toBe(200);
    expect((await sessionOf(strange)).revoked).toBe('not_me');
    expect(await say(alert, 'it-was-me')).toMatchObject([409, { code: 'already_answered' }]);
  });
});

describe('"it was me"', () => {
  it('makes the device known', async () => {
    const { user, alert, strange } = await intruded();
    expect(await say(alert, 'it-was-me')).toEqual([200, { noticeId: alert.data.noticeId, answer: 'it_was_me' }]);
    expect((await sessionOf(strange)).revoked).toBeNull();
    expect((await user.judge({ device: 'stranger', ip: IP_OF.US })).verdict).toBe('allow');
    expect(await user.events('auth.login_anomaly_answered')).toMatchObject([{ data: { answer: 'it_was_me' } }]);
  });

  it('lets in the next time what was refused', async () => {
    const user = await newTestUser(signIn);
    await user.signIn({ device: 'phone' });
    const refuse = authSettings.parse({ anomalies: { newDevice: 'refuse', newCountry: 'refuse' } });
    await signIn.side().settings.put(user.appId, refuse);
    const visit = { device: 'new phone', ip: IP_OF.US };
    expect((await user.judge(visit)).verdict).toBe('refuse');
    await say((await user.alerts())[0]!, 'it-was-me');
    expect((await user.judge(visit)).verdict).toBe('allow');
  });
});

describe('an answer', () => {
  it('check 21: is no factor: no session is stronger for it, its token is no code, and the second factor is asked for as before', async () => {
    const { user, alert } = await intruded();
    const { mfa } = signIn.side();
    const who = { appId: user.appId, userId: user.id };
    const { id, secret } = await mfa.totp.enrol(who, 'phone', { issuer: 'Shop', account: 'ann' });
    await mfa.totp.confirm(who, id, codeNow(secret));
    const proofs = async () => {
      const { rows } = await signIn
        .database()
        .query('SELECT id, acr, amr, auth_time FROM auth_session WHERE user_id = $1 ORDER BY id', [user.id]);
      return rows;
    };
    const before = await proofs();
    expect((await say(alert, 'it-was-me'))[0]).toBe(200);
    expect(before).toHaveLength(2);
    expect(await proofs()).toEqual(before);
    expect(await mfa.secondFactors.verifyTotp(who, alert.token)).toEqual({ end: 'refused' });
    expect(await mfa.secondFactors.verifyRecoveryCode(who, alert.token)).toEqual({ end: 'refused' });
    const { verdict } = await user.judge({ device: 'stranger', ip: IP_OF.US });
    expect(verdict).toBe('allow');
    const enrolled = await mfa.secondFactors.methodsOf(user.id);
    const signedIn = { amr: ['pwd'], suspicious: verdict !== 'allow', wantsTwoFactors: false, canMail: true };
    expect(nextProof({ ...signedIn, enrolled, mfa: 'optional' })).toMatchObject({ next: 'second-factor' });
  });

  it.each(['not-me', 'it-was-me'] as const)(
    '%s counts only with the token of that very alert, within seven days',
    async (path) => {
      const { user, alert, strange } = await intruded();
      const other = await intruded();
      const { noticeId } = alert.data;
      const refused = [
        await answer(noticeId, path, { token: other.alert.token }),
        await answer(noticeId, path, { token: 'x' }),
        await answer(formatId('signInAlert', newUuid()), path, { token: alert.token }),
        await answer('sia_nonsense', path, { token: alert.token }),
      ];
      await signIn.database().query(`UPDATE sign_in_alert SET expires_at = now() WHERE id = $1`, [alert.id]);
      refused.push(await say(alert, path));
      // Whoever guesses learns nothing: all of them are answered in the same way.
      for (const [status, body] of refused) {
        expect([status, { ...(body as object), instance: '' }]).toEqual([
          404,
          { ...(refused[0]![1] as object), instance: '' },
        ]);
      }
      expect((await sessionOf(strange)).revoked).toBeNull();
      expect(await user.events('auth.login_anomaly_answered')).toEqual([]);
    },
  );

  it('without a token, or with more than that, names what is wrong', async () => {
    const { alert } = await intruded();
    for (const body of [{}, { token: 7 }, { token: alert.token, userId: 'usr_other' }]) {
      expect(await answer(alert.data.noticeId, 'not-me', body)).toMatchObject([422, { code: 'invalid_request' }]);
    }
  });
});
