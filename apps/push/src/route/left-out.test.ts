import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { SENT, useDeliveryBench } from '../delivery-bench.harness.js';
import { devicesOfStory } from '../notify/devices-of-story.js';
import { explain } from '../notify/explain.js';
import { readHistory } from '../notify/notification-history.js';

describe('a notification that warns of a session', () => {
  const bench = useDeliveryBench();
  const newSession = (): string => formatId('session', newUuid());

  async function sendAll(): Promise<Uuid[]> {
    const sent: Uuid[] = [];
    await bench.deliver(({ device }) => {
      sent.push(device.id);
      return SENT;
    });
    return sent;
  }
  async function because(notification: Uuid): Promise<string> {
    const history = (await readHistory(bench.database(), bench.appId, notification))!;
    return explain(history, await devicesOfStory(bench.database(), bench.appId, history)).because;
  }
  const set = (device: Uuid, columns: string, values: unknown[]) =>
    bench.database().query(`UPDATE device SET ${columns} WHERE id = $1`, [device, ...values]);

  it('goes to the other phones of the user, suspect ones that are due included', async () => {
    const session = newSession();
    await bench.device({ user: 'ann', session });
    await bench.device({ user: 'ann', session, suspectFor: 30 });
    const others = [
      await bench.device({ user: 'ann', session: newSession() }),
      await bench.device({ user: 'ann', suspectFor: 30 }),
    ];
    await bench.notify({ userId: 'ann' }, { exceptSession: session });
    await bench.route();
    expect((await sendAll()).sort()).toEqual(others.sort());
  });

  it('goes to no phone of others that must not learn of it, as they are when it is sent', async () => {
    const [session, first, second] = [newSession(), newSession(), newSession()];
    await bench.device({ user: 'dora', session: first });
    const changed = await bench.device({ user: 'dora' });
    const own = await bench.device({ user: 'dora', session: newSession() });
    await bench.notify({ userId: 'dora' }, { exceptSession: session, exceptSessions: [first, second] });
    await bench.route();
    await set(changed, 'session_id = $2', [second]);
    expect(await sendAll()).toEqual([own]);
  });

  it('goes nowhere where there is no other, and says so', async () => {
    const session = newSession();
    const device = await bench.device({ user: 'bob', session });
    const notification = await bench.notify({ userId: 'bob' }, { exceptSession: session });
    await bench.route();
    expect(await sendAll()).toEqual([]);
    expect(await bench.events(formatId('notification', notification))).toEqual([
      'notification.accepted',
      'notification.undeliverable only_devices_warned_of',
    ]);
    expect(await because(notification)).toContain('by the session that it warns of');
    // What warns of nothing goes there.
    await bench.notify({ userId: 'bob' });
    await bench.route();
    expect(await sendAll()).toEqual([device]);
  });

  it('is not shown on a phone that the session registers after it was routed', async () => {
    const session = newSession();
    const device = await bench.device({ user: 'cleo' });
    const notification = await bench.notify({ userId: 'cleo' }, { exceptSession: session });
    await bench.route();
    await set(device, 'session_id = $2', [session]);
    expect(await sendAll()).toEqual([]);
    expect(await bench.deliveriesOf(notification)).toMatchObject([{ state: 'refused', reason: 'device_warned_of' }]);
    expect(await because(notification)).toContain('registered by the session that this warns of');
  });
});

describe('a phone that was signed out', () => {
  const bench = useDeliveryBench();
  const signOut = (device: Uuid) =>
    bench
      .database()
      .query(
        `UPDATE device SET user_id = NULL, session_id = NULL, signed_out_user_id = user_id, signed_out_at = now() WHERE id = $1`,
        [device],
      );
  async function because(notification: Uuid): Promise<string> {
    const history = (await readHistory(bench.database(), bench.appId, notification))!;
    return explain(history, await devicesOfStory(bench.database(), bench.appId, history)).because;
  }

  it('gets nothing more for its user, also of what was routed, and the story says why', async () => {
    const device = await bench.device({ user: 'ann' });
    const before = await bench.notify({ userId: 'ann' });
    await bench.route();
    await signOut(device);
    await bench.deliver(() => SENT);
    expect(await bench.deliveriesOf(before)).toMatchObject([{ state: 'refused', reason: 'device_signed_out' }]);
    expect(await because(before)).toContain('The session that had registered the device ended after this was routed.');

    const later = await bench.notify({ userIds: ['ann', 'nobody'] });
    await bench.route();
    expect(await because(later)).toMatch(
      /^None of its recipients had an active device .* A device was signed out before/,
    );
  });

  it('is no reason for what was sent before, or to somebody else', async () => {
    const earlier = await bench.notify({ userId: 'bob' });
    await bench.route();
    await signOut(await bench.device({ user: 'bob' }));
    const other = await bench.notify({ userId: 'cleo' });
    await bench.route();
    for (const notification of [earlier, other]) expect(await because(notification)).not.toContain('signed out');
  });
});
