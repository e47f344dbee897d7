import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Person } from '@signalbox/personal-data';
import { useSignIn } from '../../sign-in.harness.js';
import { IP_OF, newTestUser, type TestUser } from '../anomalies.harness.js';
import { ANOMALY_HOLDINGS } from './anomaly-holdings.js';

const signIn = useSignIn();
const TABLES = ['known_device', 'known_country', 'sign_in_alert', 'sign_in_prefix', 'password_reset_due'];

/** Of whom something is in every table. */
async function wellKnown(): Promise<{ user: TestUser; person: Person; sessions: Uuid[] }> {
  const user = await newTestUser(signIn);
  const sessions = [
    (await user.signIn({ device: 'phone' })).sessionId,
    (await user.signIn({ device: 'other', deviceName: 'Pixel 9', ip: IP_OF.US })).sessionId,
  ];
  const [alert] = await user.alerts();
  await signIn.side().anomalies.alerts.notMe(alert!.id, alert!.token);
  // Kept apart, so that there is something of each to be erased.
  await user.signIn({ device: 'third', ip: IP_OF.US, amr: ['hwk'] });
  const knownAs = [user.publicId, ...sessions.map((id) => formatId('session', id))];
  const requestId = newUuid();
  const request = { requestId, requestedAt: new Date(), pseudonym: 'x', knownAs };
  return { user, sessions, person: { appId: user.appId, userId: user.publicId, ...request } };
}

const rowsOf = async (user: TestUser): Promise<number[]> => {
  const counts = TABLES.map((table) =>
    signIn.database().query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table} WHERE user_id = $1`, [user.id]),
  );
  return (await Promise.all(counts)).map(({ rows }) => rows[0]!.n);
};

describe('what is known of a user', () => {
  it('is erased, table by table, and of nobody else', async () => {
    const { user, person, sessions } = await wellKnown();
    const other = await wellKnown();
    expect((await rowsOf(user)).every((count) => count > 0)).toBe(true);
    const before = await rowsOf(other.user);
    await signIn.database().transaction(async (tx) => {
      for (const { erase } of ANOMALY_HOLDINGS) await erase(tx, person, undefined);
    });
    expect(await rowsOf(user)).toEqual(TABLES.map(() => 0));
    expect(await rowsOf(other.user)).toEqual(before);
    const trails = 'SELECT FROM session_trail WHERE session_id = ANY ($1::uuid[])';
    expect((await signIn.database().query(trails, [sessions])).rowCount).toBe(0);
    expect((await signIn.database().query(trails, [other.sessions])).rowCount).toBe(2);
  });

  it('is handed out without what a device keeps, and without tokens', async () => {
    const { user, person } = await wellKnown();
    const [alert] = await user.alerts();
    const handed = await signIn.database().transaction(async (tx) => {
      const sections = [];
      for (const { name, collect } of ANOMALY_HOLDINGS) {
        if (collect !== undefined) sections.push([name, (await collect(tx, person, undefined)).records]);
      }
      return Object.fromEntries(sections) as Record<string, readonly object[]>;
    });
    expect(Object.keys(handed)).toEqual(['known devices', 'known countries', 'sign-in alerts', 'networks of sessions']);
    for (const records of Object.values(handed)) expect(records.length).toBeGreaterThan(0);
    expect(handed['known countries']).toMatchObject([{ id: 'DE' }, { id: 'US' }]);
    expect(JSON.stringify(handed)).not.toContain(alert!.token);
  });
});
