import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { decodeJwt } from 'jose';
import { TestPhone, type Tokens, useSignIn } from '../sign-in.harness.js';
import { authUpkeep } from '../work/auth-upkeep.js';
import type { SessionView } from './session-view.js';

const DAY = 86_400;
const HOUR = 3_600;

describe('the devices that a user is signed in on', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let clientId: string;
  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
  });

  /** A phone of a user who has no other. */
  const newPhone = async (): Promise<{ phone: TestPhone; userId: Uuid }> => {
    signIn.visitor.userId = await signIn.newUser(appId);
    return { phone: new TestPhone(signIn, clientId), userId: parseId('user', signIn.visitor.userId)! };
  };
  const listed = (userId: Uuid): Promise<SessionView[]> => signIn.side().sessionDesk.list(appId, userId);
  const endAll = (userId: Uuid): Promise<number> =>
    signIn.side().sessionDesk.endAll(appId, userId, { reason: 'revoked' });
  const rowsOf = async (userId: Uuid): Promise<number> => {
    const { rows } = await signIn.database().query<{ count: number }>(
      `SELECT (count(DISTINCT s.id) + count(r.id))::int AS count
         FROM auth_session s LEFT JOIN oidc_record r ON r.grant_id = s.id WHERE s.user_id = $1`,
      [userId],
    );
    return rows[0]!.count;
  };
  const upkeep = async (): Promise<void> => {
    const chore = authUpkeep(signIn.database(), createLogger('auth', 'error'));
    chore.start();
    await chore.stop();
  };

  it('are those that may still refresh: one that was not seen for 60 days is none', async () => {
    const { phone, userId } = await newPhone();
    const { refresh_token } = await phone.signedIn();
    await signIn.travel(59 * DAY);
    expect(await listed(userId)).toHaveLength(1);
    await phone.refresh(refresh_token);
    await signIn.travel(59 * DAY);
    expect(await listed(userId)).toHaveLength(1);
    await signIn.travel(2 * DAY);
    expect(await listed(userId)).toEqual([]);
    expect(await endAll(userId)).toBe(0);
  });

  it('are none whose code was never fetched; signing out everywhere ends them all the same', async () => {
    const { phone, userId } = await newPhone();
    const code = await phone.code();
    expect(await listed(userId)).toEqual([]);
    expect(await endAll(userId)).toBe(1);
    expect((await phone.redeem(code)).status).toBe(400);
  });

  it('leave nothing behind where their code is not fetched within an hour', async () => {
    const signedIn = await newPhone();
    await signedIn.phone.signedIn();
    const { phone, userId } = await newPhone();
    await phone.code();
    await signIn.travel(HOUR - 60);
    await upkeep();
    // The session and its grant; the code is swept with the others that ran out.
    expect(await rowsOf(userId)).toBeGreaterThanOrEqual(2);
    await signIn.travel(120);
    await upkeep();
    expect(await rowsOf(userId)).toBe(0);
    expect(await listed(signedIn.userId)).toHaveLength(1);
  });

  describe('meet a phone that fetches its first tokens', () => {
    const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const waiting = (count: number): Promise<void> =>
      eventually(async () => expect((await signIn.database().query(WAITING)).rowCount).toBe(count));
    const sessionOf = ({ access_token }: Tokens): Uuid => parseId('session', String(decodeJwt(access_token)['sid']))!;

    it('when all of them are ended: the phone comes second, and gets none', async () => {
      const { phone, userId } = await newPhone();
      await phone.signedIn({ device_id: 'phone' });
      const other = sessionOf(await new TestPhone(signIn, clientId).signedIn({ device_id: 'tablet' }));
      const code = await phone.code({ device_id: 'phone' });
      const { ended, answer } = await signIn.database().transaction(async (tx) => {
        // In the middle of it: the phone's old session is taken, and its new one is not.
        await tx.query('SELECT FROM auth_session WHERE id = $1 FOR UPDATE', [other]);
        const all = endAll(userId);
        await waiting(1);
        const redeemed = phone.redeem(code);
        await waiting(2);
        return { ended: all, answer: redeemed };
      });
      expect((await Promise.allSettled([ended, answer])).map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
      ]);
      expect(await ended).toBe(3);
      expect(await answer).toMatchObject({ status: 400, tokens: { error: 'invalid_grant' } });
    });

    it('when they are made to rotate by who then takes the user: the phone waits, and gets its tokens', async () => {
      const { phone, userId } = await newPhone();
      const old = sessionOf(await phone.signedIn({ device_id: 'phone' }));
      const code = await phone.code({ device_id: 'phone' });
      const { sessions } = signIn.side();
      const { answer } = await signIn.database().transaction(async (tx) => {
        await sessions.forceRotation(tx, [old], 'not_me');
        const redeemed = phone.redeem(code);
        await waiting(1);
        await tx.query('UPDATE auth_user SET updated_at = now() WHERE id = $1', [userId]);
        return { answer: redeemed };
      });
      expect(await answer).toMatchObject({ status: 200 });
    });
  });
});
