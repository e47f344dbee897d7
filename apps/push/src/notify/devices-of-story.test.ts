import { describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { SENT, suspect, useDeliveryBench } from '../delivery-bench.harness.js';
import { devicesOfStory } from './devices-of-story.js';
import { explain } from './explain.js';
import { readHistory } from './notification-history.js';

const OF_PRODUCTION = 'Register the device with "environment": "production".';

describe('why a notification did not arrive', () => {
  const bench = useDeliveryBench();

  async function because(notification: Uuid): Promise<string> {
    const history = (await readHistory(bench.database(), bench.appId, notification))!;
    return explain(history, await devicesOfStory(bench.database(), bench.appId, history)).because;
  }
  async function sentTo(user: string, outcome = suspect()): Promise<Uuid> {
    const notification = await bench.notify({ userId: user });
    await bench.route();
    await bench.deliver(() => outcome);
    return notification;
  }

  it('says what the reason means for the device, and what helps', async () => {
    await bench.device({ user: 'ann' });
    expect(await because(await sentTo('ann'))).toMatch(
      /^No provider took it: suspect \(BadDeviceToken\)\. The token is registered for Apple's sandbox/,
    );
  });

  it('says so also of the notifications that came after, which nobody could get', async () => {
    const later = await sentTo('ann');
    expect(await because(later)).toContain('All devices of its recipients were suspect');
    expect(await because(later)).toContain(OF_PRODUCTION);
  });

  it('does not ask for what has been done already', async () => {
    const device = await bench.device({ user: 'bob' });
    const notification = await sentTo('bob');
    await bench
      .database()
      .query(`UPDATE device SET environment = 'production', status = 'active', registered_at = now() WHERE id = $1`, [
        device,
      ]);
    expect(await because(notification)).toMatch(/\(BadDeviceToken\)\. The device has been registered again since\.$/);
  });

  it('says of an installation that was suspect already why it is', async () => {
    await bench.device({ installation: 'phone', suspectFor: 1 });
    const notification = await bench.notify({ installationId: 'phone' });
    await bench.route();
    expect(await because(notification)).toContain(OF_PRODUCTION);
  });

  it('says of a phone that changed hands that it did', async () => {
    const device = await bench.device({ user: 'cleo' });
    const notification = await bench.notify({ userId: 'cleo' });
    await bench.route();
    await bench.database().query(`UPDATE device SET user_id = 'dan' WHERE id = $1`, [device]);
    await bench.deliver(() => SENT);
    expect(await because(notification)).toContain('registered for another user');
  });

  it('says of a key that is not for the environment what helps, while everything waits for it', async () => {
    await bench.device({ user: 'eve' });
    const outcome = { kind: 'hold-credential', reason: 'BadEnvironmentKeyInToken', untilMs: 60_000, raw: {} } as const;
    const notification = await bench.notify({ userId: 'eve' });
    await bench.route();
    await bench.deliver(() => outcome);
    expect(await because(notification)).toMatch(/on hold until .*: BadEnvironmentKeyInToken\. The key of the APNs/);
  });
});
