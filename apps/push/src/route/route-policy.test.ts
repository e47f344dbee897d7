import { describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  type NotificationAccepted,
  QUEUES,
  type QuietWindow,
  type Uuid,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { eventually } from '@signalbox/testing';
import { SENT, useDeliveryBench } from '../delivery-bench.harness.js';
import { cancelNotification } from '../notify/cancel-notification.js';
import { devicesOfStory } from '../notify/devices-of-story.js';
import { explain } from '../notify/explain.js';
import { readHistory } from '../notify/notification-history.js';
import { judge } from '../policy/judge.js';
import { notificationsById } from '../work/notifications-by-id.js';
import { pushWork, type SendItem } from '../work/push-work.js';
import { lookUp } from './look-up.js';
import { routeDevices } from './route-devices.js';

/** Always, so that the test may run at any hour. */
const ALWAYS: QuietWindow[] = [{ start: '00:00', end: '24:00' }];

/** The first words of every statement that goes through it. */
function counting(tx: Sql, said: string[]): Sql {
  return {
    query: (text, params) => {
      said.push(text.trim().split(/\s+/).slice(0, 2).join(' '));
      return tx.query(text, params);
    },
  };
}

describe('routing', () => {
  const bench = useDeliveryBench();

  const history = async (notification: Uuid) => (await readHistory(bench.database(), bench.appId, notification))!;
  const story = async (notification: Uuid) => {
    const read = await history(notification);
    return explain(read, await devicesOfStory(bench.database(), bench.appId, read));
  };
  const told = (notification: Uuid) => bench.events(formatId('notification', notification));
  async function routed(to: NotificationAccepted['to'], details?: Partial<NotificationAccepted>): Promise<Uuid> {
    const notification = await bench.notify(to, details);
    await bench.route();
    return notification;
  }
  const itemsOf = async (notification: Uuid): Promise<SendItem[]> => {
    const { rows } = await bench
      .database()
      .query<{ item: SendItem }>(
        `SELECT item FROM push_work, jsonb_array_elements(items) AS item WHERE item ->> 'n' = $1 AND queue NOT LIKE 'push.route.%'`,
        [notification],
      );
    return rows.map(({ item }) => item);
  };

  it('refuses what the user opted out of, and tells the rule and the smallest change', async () => {
    await bench.device({ user: 'olga' });
    await bench.policy({ categories: { news: {} } });
    await bench.preferences('olga', { choices: { news: 'out' } });
    const refused = await routed({ userId: 'olga' }, { category: 'news' });
    expect(await bench.deliveriesOf(refused)).toEqual([{ state: 'refused', reason: 'opted_out', attempt: 0 }]);
    expect(await story(refused)).toMatchObject({
      status: 'refused',
      because:
        'The policy of the app kept it from everybody: policy v1: category news, the user opted out of it.' +
        ' It would have been sent if the user had "news": "in" among the choices of their preferences, or if the category were mandatory.',
      timeline: [
        { what: 'notification.accepted' },
        {
          what: 'delivery.refused',
          data: { reason: 'opted_out', rule: expect.stringContaining('news'), policyVersion: 1 },
        },
      ],
    });
    const other = await routed({ userId: 'olga' }, { category: 'orders' });
    expect(await itemsOf(other)).toHaveLength(1);
  });

  it('puts off what comes in quiet hours, and asks again when they are over', async () => {
    const device = await bench.device({ user: 'quinn' });
    await bench.preferences('quinn', { quietHours: ALWAYS });
    await bench.device({ user: 'awake' });
    const delayed = await routed({ userIds: ['quinn', 'awake', 'nobody'] }, { expiresAt: '2036-01-01T00:00:00.000Z' });
    expect((await itemsOf(delayed)).map(({ v }) => v)).not.toContain(device);
    expect(await told(delayed)).toEqual([
      'notification.accepted',
      'notification.routed',
      'notification.delayed quiet_hours',
    ]);
    await bench.deliver(() => SENT);
    expect((await story(delayed)).status).toBe('sending');
    expect((await story(delayed)).next).toEqual([
      expect.stringMatching(/^To be routed .* at .*Z; the policy is asked again then\.$/),
    ]);
    await bench.preferences('quinn', { quietHours: [] });
    await bench.route();
    await bench.deliver(() => SENT);
    expect(await bench.deliveriesOf(delayed)).toHaveLength(2);
    expect((await story(delayed)).status).toBe('sent');
  });

  it('refuses after all what the user opted out of meanwhile', async () => {
    await bench.device({ user: 'rita' });
    await bench.preferences('rita', { quietHours: ALWAYS });
    const delayed = await routed({ userId: 'rita' }, { expiresAt: '2036-01-01T00:00:00.000Z' });
    expect((await story(delayed)).status).toBe('delayed');
    await bench.preferences('rita', { choices: { '*': 'out' } });
    await bench.route();
    expect((await story(delayed)).status).toBe('refused');
    expect(await told(delayed)).toEqual([
      'notification.accepted',
      'notification.delayed quiet_hours',
      'delivery.refused opted_out',
    ]);
  });

  it('lets what was put off be cancelled, also in parts: who has it keeps it', async () => {
    await bench.device({ user: 'sam' });
    await bench.device({ user: 'tess' });
    await bench.preferences('sam', { quietHours: ALWAYS });
    const whole = await routed({ userId: 'sam' }, { expiresAt: '2036-01-01T00:00:00.000Z' });
    const part = await routed({ userIds: ['sam', 'tess'] }, { expiresAt: '2036-01-01T00:00:00.000Z' });
    await bench.deliver(() => SENT);
    for (const id of [whole, part]) {
      const { accepted } = await history(id);
      expect(await cancelNotification(bench.database(), bench.appId, id, accepted)).toBe('cancelled');
      expect((await history(id)).open).toEqual([]);
      expect(await cancelNotification(bench.database(), bench.appId, id, accepted)).toBe('too-late');
    }
    expect((await story(whole)).status).toBe('cancelled');
    expect((await story(part)).status).toBe('sent');
  });

  it('lets nothing of it escape a cancellation by being put off once more while that waits', async () => {
    await bench.device({ user: 'sam' });
    await bench.preferences('sam', { quietHours: ALWAYS });
    const id = await routed({ userId: 'sam' }, { expiresAt: '2036-01-01T00:00:00.000Z' });
    const { accepted } = await history(id);
    const part = () => ({
      ...{ id: newUuid(), rootId: accepted.root, queue: QUEUES.routeBulk, lane: 'bulk' as const },
      items: [{ n: id, u: 'tess' }],
    });
    const before = part();
    await pushWork.enqueue(bench.database(), [before]);
    const cancelling = await bench.database().transaction(async (routing) => {
      await routing.query('SELECT FROM push_work WHERE id = $1 FOR UPDATE', [before.id]);
      const done = cancelNotification(bench.database(), bench.appId, id, accepted);
      await eventually(async () => {
        const blocked = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect((await bench.database().query(blocked)).rows).toHaveLength(1);
      });
      await routing.query('DELETE FROM push_work WHERE id = $1', [before.id]);
      await pushWork.enqueue(routing, [part()]);
      return { done };
    });
    expect(await cancelling.done).toBe('cancelled');
    expect((await history(id)).open).toEqual([]);
  });

  it('sends quietly where the category says so', async () => {
    await bench.device({ user: 'uma' });
    await bench.policy({ categories: { hints: { quietHours: 'silent' } } });
    await bench.preferences('uma', { quietHours: ALWAYS });
    expect(await itemsOf(await routed({ userId: 'uma' }, { category: 'hints' }))).toMatchObject([{ a: 1, q: true }]);
  });

  it('counts what a user gets, once for all phones, and only what is sent', async () => {
    await bench.policy({ categories: { offers: { caps: [{ max: 2, perSeconds: 3_600 }] } } });
    await bench.device({ user: 'vera' });
    await bench.device({ user: 'vera' });
    const offer = () => routed({ userId: 'vera' }, { category: 'offers' });
    await bench.preferences('vera', { choices: { offers: 'out' } });
    await offer();
    await bench.preferences('vera', {});
    expect([await itemsOf(await offer()), await itemsOf(await offer())].map((items) => items.length)).toEqual([2, 2]);
    const third = await offer();
    expect(await story(third)).toMatchObject({ status: 'refused', because: expect.stringContaining('max 2 per hour') });
    expect((await story(third)).because).toMatch(
      /It would have been sent at .*Z or later, or if that max were one higher\.$/,
    );
  });

  it('never exceeds a cap when many are routed at once', async () => {
    await bench.policy({ defaults: { caps: [{ max: 5, perSeconds: 86_400 }] } });
    await bench.device({ user: 'walt' });
    const notifications = await Promise.all(Array.from({ length: 24 }, () => bench.notify({ userId: 'walt' })));
    await bench.route();
    const ends = await Promise.all(notifications.map(async (id) => (await itemsOf(id)).length));
    expect(ends.reduce((sum, sent) => sum + sent, 0)).toBe(5);
    await bench.policy({});
  });

  it('gives an iPhone three silent notifications an hour', async () => {
    await bench.device({ user: 'xena' });
    const ends: unknown[] = [];
    for (let count = 0; count < 4; count += 1) {
      const silent = await routed({ userId: 'xena' }, { silent: true });
      ends.push(
        ...(await itemsOf(silent)).map(() => 'sent'),
        ...(await bench.deliveriesOf(silent)).map(({ reason }) => reason),
      );
    }
    expect(ends).toEqual(['sent', 'sent', 'sent', 'silent_budget']);
  });

  it('counts silent notifications of an iPhone behind FCM, too, and none of an Android phone', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const reasons = async (platform: string) => {
      const id = newUuid();
      const device = { id, userId: null, platform, targetKind: 'fcm_token', locale: null, timeZone: null };
      const payload: NotificationAccepted = { root: id, lane: 'bulk', to: { userId: 'x' }, expiresAt, silent: true };
      const four = Array.from({ length: 4 }, () => {
        return { notification: { id: newUuid(), appId: bench.appId, payload }, device };
      });
      const judged = await bench.database().transaction((tx) => judge(tx, four, Date.now()));
      return four.map((each) => judged.get(each)!.verdict).map((it) => ('reason' in it ? it.reason : it.verdict));
    };
    expect(await reasons('ios')).toEqual(['send', 'send', 'send', 'silent_budget']);
    expect(await reasons('android')).toEqual(['send', 'send', 'send', 'send']);
  });

  it('costs no statement of its own where no app has a policy and no user said anything, however many there are', async () => {
    const devices = await Promise.all(
      Array.from({ length: 20 }, (_, index) => bench.device({ user: `plain-${index}` })),
    );
    const to = { userIds: devices.map((_, index) => `plain-${index}`) };
    const [one, two] = [await bench.notify(to, { category: 'plain' }), await bench.notify(to)];
    const statements: string[] = [];
    await bench.database().transaction(async (tx) => {
      const counted = counting(tx, statements);
      const notifications = await notificationsById(counted, [one, two]);
      const found = await lookUp(counted, [{ n: one }, { n: two }], notifications);
      const plan = await routeDevices(counted, one, found.addressed, found, Date.now());
      expect(plan.children[0]!.items).toHaveLength(40);
      expect(plan.children[0]!.items[0]).toEqual({ a: 1, d: expect.anything(), n: one, v: expect.anything() });
    });
    expect(statements).toHaveLength(2);
    await bench.route();
  });

  it('asks again about who has no phone yet when their own time has come, and tells of nobody before', async () => {
    const far = { timeZone: 'Pacific/Pago_Pago' };
    for (const user of ['zoe', 'ned']) await bench.preferences(user, far);
    // An hour ago for the app, and in ten hours for those.
    const sendAt = { local: new Date(Date.now() - 3_600_000).toISOString().slice(0, 16) };
    const whole = await bench.notify({ userId: 'ned' }, { sendAt });
    const parts = await routed({ userIds: ['zoe', 'otto'] }, { sendAt });
    expect(await told(whole)).toEqual(['notification.accepted', 'notification.delayed local_time']);
    expect((await story(whole)).status).toBe('scheduled');
    const { facts } = await history(parts);
    expect(facts.map(({ payload }) => payload)).toEqual([
      { deliveries: 0, withoutDevice: ['otto'] },
      expect.objectContaining({ userId: 'zoe', reason: 'local_time' }),
    ]);
    await bench.device({ user: 'zoe' });
    await bench.preferences('zoe', {});
    await bench.route();
    expect(await itemsOf(parts)).toHaveLength(1);
    expect(await told(whole)).toEqual([
      'notification.accepted',
      'notification.delayed local_time',
      'notification.routed',
    ]);
    expect((await story(whole)).status).toBe('undeliverable');
  });

  it('takes the zone from the user, else from the phone seen last, else from the app', async () => {
    const [east, west] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];
    const untilOf = async (): Promise<string> => {
      const delayed = await routed(
        { userId: 'yuri' },
        { sendAt: { local: '2035-06-01T12:00' }, expiresAt: '2036-01-01T00:00:00.000Z' },
      );
      const { facts } = await history(delayed);
      return facts.find(({ type }) => type === 'notification.delayed')!.payload['until'] as string;
    };
    const phone = async (zone: string, seen: string): Promise<void> => {
      const id = await bench.device({ user: 'yuri' });
      await bench
        .database()
        .query('UPDATE device SET time_zone = $2, last_seen_at = $3 WHERE id = $1', [id, zone, seen]);
    };
    await bench.device({ user: 'yuri' });
    await bench.policy({ defaults: { timeZone: 'Asia/Tokyo' } });
    expect(await untilOf()).toBe('2035-06-01T03:00:00.000Z');
    await phone(west, '2026-01-02T00:00:00Z');
    await phone(east, '2026-01-01T00:00:00Z');
    expect(await untilOf()).toBe('2035-06-01T23:00:00.000Z');
    await bench.preferences('yuri', { timeZone: east });
    expect(await untilOf()).toBe('2035-05-31T22:00:00.000Z');
    await bench.policy({});
  });
});
