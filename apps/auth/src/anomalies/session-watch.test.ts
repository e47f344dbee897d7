import { describe, expect, it } from '@jest/globals';
import { formatId, type Uuid } from '@signalbox/contracts';
import { authSettings } from '../settings/auth-settings.js';
import { useSignIn } from '../sign-in.harness.js';
import { IP_OF, newTestUser, type TestUser } from './anomalies.harness.js';

const signIn = useSignIn();

/** The session is refreshed from these addresses, one after the other: what is of one millisecond has no order. */
async function refreshes(sessionId: Uuid, ips: readonly string[]): Promise<void> {
  const { watch } = signIn.side().anomalies;
  for (const ip of ips) {
    watch.refreshed(sessionId, ip);
    await watch.drain();
    for (const now = Date.now(); Date.now() === now;);
  }
}

const isLive = async (sessionId: Uuid): Promise<boolean> => {
  const { rows } = await signIn
    .database()
    .query('SELECT FROM auth_session WHERE id = $1 AND revoked_at IS NULL AND grace_closed_at IS NULL', [sessionId]);
  return rows.length === 1;
};

async function signedIn(twoNetworks = 'notify'): Promise<{ user: TestUser; sessionId: Uuid }> {
  const user = await newTestUser(signIn);
  await signIn.side().settings.put(user.appId, authSettings.parse({ anomalies: { twoNetworks } }));
  const { sessionId } = await user.signIn({ device: 'phone', deviceName: 'Ann’s phone' });
  return { user, sessionId };
}

const TURNS = [IP_OF.DE, IP_OF.US, IP_OF.DE, IP_OF.US];

describe('a session that is refreshed', () => {
  it('from one network, or on its way from one to another, is nothing unusual', async () => {
    const { user, sessionId } = await signedIn();
    await refreshes(sessionId, [...Array.from({ length: 12 }, () => IP_OF.DE), IP_OF.US, IP_OF.US, IP_OF.US]);
    expect(await user.alerts()).toEqual([]);
  });

  it('from two countries by turns is told once a day, and goes on', async () => {
    const { user, sessionId } = await signedIn();
    await refreshes(sessionId, [...TURNS, ...TURNS, ...TURNS]);
    const [alert, ...others] = await user.alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      subject: formatId('session', sessionId),
      deviceName: 'Ann’s phone',
      data: {
        verdict: 'notify',
        reasons: [{ code: 'two_networks', facts: { twoCountries: true, withinMinutes: 60 } }],
      },
    });
    expect(await isLive(sessionId)).toBe(true);
    expect(await user.events('auth.rotation_forced')).toEqual([]);
  });

  it.each(['step_up', 'refuse'])(
    'is made to show its tokens anew where the app wants %s, and never ended',
    async (wanted) => {
      const { user, sessionId } = await signedIn(wanted);
      await refreshes(sessionId, TURNS);
      expect(await user.events('auth.rotation_forced')).toMatchObject([{ data: { reason: 'two_networks' } }]);
      expect(await user.events('auth.signed_out')).toEqual([]);
      expect(await user.alerts()).toMatchObject([{ data: { verdict: wanted } }]);
    },
  );

  it('is not looked at where the app ignores it', async () => {
    const { user, sessionId } = await signedIn('ignore');
    await refreshes(sessionId, TURNS);
    expect(await user.alerts()).toEqual([]);
  });

  it('is told once when several that would tell hear of it at once', async () => {
    const { user, sessionId } = await signedIn();
    const { watch } = signIn.side().anomalies;
    await refreshes(sessionId, TURNS.slice(0, 3));
    for (let refresh = 0; refresh < 20; refresh += 1) watch.refreshed(sessionId, IP_OF.US);
    await watch.drain();
    expect(await user.alerts()).toHaveLength(1);
  });

  it('keeps a trail of an hour and of forty refreshes', async () => {
    const { sessionId } = await signedIn();
    const trail = async () =>
      (
        await signIn
          .database()
          .query<{ sightings: { t: number }[] }>('SELECT sightings FROM session_trail WHERE session_id = $1', [
            sessionId,
          ])
      ).rows[0]!.sightings;
    await refreshes(
      sessionId,
      Array.from({ length: 45 }, () => IP_OF.DE),
    );
    const times = (await trail()).map(({ t }) => t);
    expect(times).toHaveLength(40);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    await signIn
      .database()
      .query(
        `UPDATE session_trail SET sightings = jsonb_build_array(jsonb_build_object('p', 'x', 't', 1)) WHERE session_id = $1`,
        [sessionId],
      );
    await refreshes(sessionId, [IP_OF.DE]);
    expect(await trail()).toHaveLength(1);
  });

  it('that nobody knows, or from what is no address, harms nobody', async () => {
    const { user, sessionId } = await signedIn();
    await refreshes(sessionId, ['', 'nonsense']);
    await signIn.database().query('DELETE FROM auth_session WHERE id = $1', [sessionId]);
    await refreshes(sessionId, [...TURNS, ...TURNS]);
    expect(await user.alerts()).toEqual([]);
  });
});
