import { describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { SENT, useDeliveryBench } from '../delivery-bench.harness.js';
import type { AttemptOutcome } from '../providers/push-provider.js';

const BUSY: AttemptOutcome = { kind: 'retry', reason: 'TooManyRequests', afterMs: 60_000, raw: {} };

describe('a phone that changes hands between two attempts', () => {
  const bench = useDeliveryBench();

  const handOver = (device: Uuid, user: string | null) =>
    bench.database().query('UPDATE device SET user_id = $2 WHERE id = $1', [device, user]);

  /** The first attempt is refused by a busy provider; the second finds the phone with `user`. */
  async function secondAttempt(
    device: Uuid,
    to: Parameters<typeof bench.notify>[0],
    user: string | null,
  ): Promise<{ sent: number; delivery: unknown }> {
    const notification = await bench.notify(to);
    await bench.route();
    await bench.deliver(() => BUSY);
    expect(await bench.deliveriesOf(notification)).toEqual([
      { state: 'retrying', reason: 'TooManyRequests', attempt: 1 },
    ]);
    await handOver(device, user);
    let sent = 0;
    await bench.deliver(() => {
      sent += 1;
      return SENT;
    });
    return { sent, delivery: (await bench.deliveriesOf(notification))[0] };
  }
  const refused = { sent: 0, delivery: { state: 'refused', reason: 'device_changed_user', attempt: 2 } };
  const sent = { sent: 1, delivery: { state: 'sent', reason: null, attempt: 2 } };

  it('does not show its new user what was for the old one', async () => {
    const device = await bench.device({ user: 'ann' });
    expect(await secondAttempt(device, { userId: 'ann' }, 'bob')).toEqual(refused);
  });

  it('shows it to nobody when nobody is signed in', async () => {
    const device = await bench.device({ user: 'cleo' });
    expect(await secondAttempt(device, { userIds: ['cleo', 'dan'] }, null)).toEqual(refused);
  });

  it('shows it to a new user whom it is for as well', async () => {
    const device = await bench.device({ user: 'eve' });
    expect(await secondAttempt(device, { userIds: ['eve', 'fay'] }, 'fay')).toEqual(sent);
  });

  it('shows what was addressed to the installation, whoever has it', async () => {
    const device = await bench.device({ user: 'gil', installation: 'phone-of-gil' });
    expect(await secondAttempt(device, { installationId: 'phone-of-gil' }, 'hal')).toEqual(sent);
  });

  it('is found again by its old user when it comes back in time', async () => {
    const device = await bench.device({ user: 'ida' });
    expect(await secondAttempt(device, { userId: 'ida' }, 'ida')).toEqual(sent);
  });
});
