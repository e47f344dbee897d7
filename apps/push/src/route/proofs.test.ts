import { describe, expect, it } from '@jest/globals';
import { formatId, type Uuid } from '@signalbox/contracts';
import { SENT, useDeliveryBench } from '../delivery-bench.harness.js';

describe('routing to suspect devices', () => {
  const bench = useDeliveryBench();

  /** How many messages Apple would have got. */
  async function sendAll(): Promise<number> {
    let sent = 0;
    await bench.deliver(() => {
      sent += 1;
      return SENT;
    });
    return sent;
  }
  const told = (notification: Uuid) => bench.events(formatId('notification', notification));
  const payloadOf = async (notification: Uuid, type: string): Promise<unknown> => {
    const { rows } = await bench
      .database()
      .query<{ payload: unknown }>('SELECT payload FROM event_log WHERE subject = $1 AND type = $2', [
        formatId('notification', notification),
        type,
      ]);
    return rows[0]?.payload;
  };

  it('tries one that has been suspect for a day with exactly one of many notifications routed at once', async () => {
    const device = await bench.device({ user: 'due', suspectFor: 24.1 });
    const notifications = await Promise.all(Array.from({ length: 6 }, () => bench.notify({ userId: 'due' })));
    await bench.route();
    const { rows } = await bench
      .database()
      .query<{ items: unknown[] }>(
        `SELECT items FROM push_work WHERE items @> jsonb_build_array(jsonb_build_object('v', $1::text))`,
        [device],
      );
    expect(rows.flatMap((row) => row.items)).toEqual([expect.objectContaining({ v: device, p: true })]);
    expect(await sendAll()).toBe(1);
    const ends = (await Promise.all(notifications.map(told))).map((events) => events.at(-1));
    expect(ends.sort()).toEqual([
      'delivery.sent',
      ...Array.from({ length: 5 }, () => 'notification.undeliverable only_suspect_devices'),
    ]);
  });

  it('does not try one that has been suspect for less than a day, and says why there was nobody', async () => {
    const device = await bench.device({ user: 'fresh', suspectFor: 23 });
    const notification = await bench.notify({ userId: 'fresh' });
    await bench.route();
    expect(await sendAll()).toBe(0);
    expect(await payloadOf(notification, 'notification.undeliverable')).toEqual({
      reason: 'only_suspect_devices',
      deviceIds: [formatId('device', device)],
    });
  });

  it('does not try one that was tried within a day', async () => {
    const device = await bench.device({ user: 'tried', suspectFor: 100 });
    await bench.database().query(`UPDATE device SET proved_at = now() - interval '23 hours' WHERE id = $1`, [device]);
    await bench.notify({ userId: 'tried' });
    await bench.route();
    expect(await sendAll()).toBe(0);
  });

  it('sends to the other devices of the user, and passes over the suspect one', async () => {
    await bench.device({ user: 'both', suspectFor: 1 });
    await bench.device({ user: 'both' });
    const notification = await bench.notify({ userId: 'both' });
    await bench.route();
    expect(await sendAll()).toBe(1);
    expect(await told(notification)).toEqual(['notification.accepted', 'delivery.sent']);
  });

  it('names, among many users, those without a device and those whose devices are all suspect', async () => {
    await bench.device({ user: 'one' });
    await bench.device({ user: 'two', suspectFor: 1 });
    const notification = await bench.notify({ userIds: ['one', 'two', 'three'] });
    await bench.route();
    expect(await sendAll()).toBe(1);
    expect(await payloadOf(notification, 'notification.routed')).toEqual({
      deliveries: 1,
      withoutDevice: ['two', 'three'],
      onlySuspect: ['two'],
    });
  });

  it('tries a suspect installation that is addressed by its id when it is due, else refuses with the reason', async () => {
    await bench.device({ installation: 'due-phone', suspectFor: 30 });
    const notifications = [
      await bench.notify({ installationId: 'due-phone' }),
      await bench.notify({ installationId: 'due-phone' }),
    ];
    await bench.route();
    expect(await sendAll()).toBe(1);
    const states = (await Promise.all(notifications.map(bench.deliveriesOf))).flat();
    expect(states).toHaveLength(2);
    expect(states).toContainEqual({ state: 'sent', reason: null, attempt: 1 });
    expect(states).toContainEqual({ state: 'refused', reason: 'device_suspect', attempt: 0 });
  });
});
