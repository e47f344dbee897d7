import { describe, expect, it } from '@jest/globals';
import { formatId, type Uuid } from '@signalbox/contracts';
import { gone, SENT, suspect, useDeliveryBench } from '../delivery-bench.harness.js';
import { apnsOutcome } from '../providers/apns/apns-outcome.js';
import type { AttemptOutcome } from '../providers/push-provider.js';

describe('what an answer does to its device', () => {
  const bench = useDeliveryBench();

  /** Sends one notification to a device and answers it. */
  async function answered(device: Uuid, user: string, outcome: AttemptOutcome): Promise<void> {
    await bench.notify({ userId: user });
    await bench.route();
    await bench.deliver(() => outcome);
    expect(await bench.database().query('SELECT 1 FROM push_work')).toMatchObject({ rowCount: 0 });
  }
  const eventsOf = (device: Uuid) => bench.events(formatId('device', device));
  const REPROOF = { suspectFor: 25 };

  it('gone: it is deleted, softly, by the provider', async () => {
    const device = await bench.device({ user: 'gone' });
    await answered(device, 'gone', gone());
    expect(await bench.statusOf(device)).toEqual({ status: 'deleted', reason: 'Unregistered', by: 'provider' });
    expect(await eventsOf(device)).toEqual(['device.removed Unregistered']);
  });

  it('suspect: it is suspect', async () => {
    const device = await bench.device({ user: 'suspected' });
    await answered(device, 'suspected', suspect());
    expect(await bench.statusOf(device)).toEqual({ status: 'suspect', reason: 'BadDeviceToken', by: 'provider' });
    expect(await eventsOf(device)).toEqual(['device.suspected BadDeviceToken']);
  });

  it('a day later, sent: a suspect device is active again', async () => {
    const device = await bench.device({ user: 'alive', ...REPROOF });
    await answered(device, 'alive', SENT);
    expect(await bench.statusOf(device)).toEqual({ status: 'active', reason: null, by: null });
    expect(await eventsOf(device)).toEqual(['device.restored reproved']);
  });

  it.each([
    ['suspect', suspect(), 'confirmed: BadDeviceToken'],
    ['gone', gone(), 'confirmed: Unregistered'],
  ])('a day later, %s once more: a suspect device is deleted', async (kind, outcome, reason) => {
    const device = await bench.device({ user: `twice-${kind}`, ...REPROOF });
    await answered(device, `twice-${kind}`, outcome);
    expect(await bench.statusOf(device)).toEqual({ status: 'deleted', reason, by: 'provider' });
    expect(await eventsOf(device)).toEqual([`device.removed ${reason}`]);
  });

  it('a day later, anything else: a suspect device stays so, and the next try is another day later', async () => {
    const device = await bench.device({ user: 'unsure', ...REPROOF });
    await answered(device, 'unsure', { kind: 'rejected', reason: 'PayloadTooLarge', raw: {} });
    expect(await bench.statusOf(device)).toEqual({ status: 'suspect', reason: 'BadDeviceToken', by: 'provider' });
    const next = await bench.notify({ userId: 'unsure' });
    await bench.route();
    expect(await bench.events(formatId('notification', next))).toContain(
      'notification.undeliverable only_suspect_devices',
    );
  });

  it.each([
    ['its token changed', `target = 'another'`],
    ['it registered again', `registered_at = now(), last_seen_at = now()`],
    ['it registered the same token again', `last_seen_at = now()`],
  ])('nothing when %s while the attempt was under way', async (what, change) => {
    const device = await bench.device({ user: what });
    await bench.notify({ userId: what });
    await bench.route();
    await bench.deliver(async () => {
      await bench.database().query(`UPDATE device SET ${change} WHERE id = $1`, [device]);
      return gone();
    });
    expect(await bench.statusOf(device)).toMatchObject({ status: 'active' });
  });

  it.each([
    ['nothing when Apple lost its token before it registered the same one again', '1 hour', 'active'],
    ['gone when Apple lost its token after it registered that for the last time', '2 days', 'deleted'],
  ])('%s', async (what, seen, status) => {
    const device = await bench.device({ user: what });
    await bench
      .database()
      .query(
        `UPDATE device SET registered_at = now() - interval '9 days', last_seen_at = now() - $2::interval WHERE id = $1`,
        [device, seen],
      );
    const timestamp = Date.now() - 24 * 3_600_000;
    await bench.notify({ userId: what });
    await bench.route();
    await bench.deliver((message) =>
      apnsOutcome(
        { kind: 'answered', status: 410, reason: 'Unregistered', timestamp, jwtAgeMs: 0 },
        { attempt: 1, priority: 'bulk', registeredAt: message.device.registeredAt, accepted: 'here' },
      ),
    );
    expect(await bench.statusOf(device)).toMatchObject({ status });
  });

  it('one deletion, and one event, when several notifications to it come to the same end at once', async () => {
    const device = await bench.device({ user: 'thrice' });
    for (let count = 0; count < 3; count += 1) await bench.notify({ userId: 'thrice' });
    await bench.route();
    await bench.deliver(() => gone());
    expect(await eventsOf(device)).toEqual(['device.removed Unregistered']);
  });
});
