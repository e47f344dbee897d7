import { describe, expect, it } from '@jest/globals';
import { firstUuidAt, formatId } from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { webhookUpkeep } from '../upkeep/webhook-upkeep.js';
import { useEvents } from '../webhooks.harness.js';

const { caughtUp, database, makeApp, posts, script, sql } = useEvents();
const SENT = { eventTypes: ['delivery.sent'] };

describe('an endpoint that failed for five days', () => {
  it('is disabled, and when it is enabled recovers what failed and what it was never sent, at a pace and once', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint(SENT);
    script(hook, () => 'cut');
    const since = new Date(Date.now() - 1_000).toISOString();
    const first = await app.fact('delivery.sent', 'ntf_1');
    await eventually(async () => expect((await app.deliveries(hook))[0]).toMatchObject({ state: 'retrying' }));
    await sql(
      `UPDATE webhook_endpoint SET failures = 10, open_until = now(), failing_since = now() - interval '5 days' WHERE id = $1`,
      [hook.uuid],
    );
    // The attempt that ends it; then what was still owed is listed as failed.
    await eventually(async () => {
      await app.makeDue();
      expect((await app.call('GET', `/${hook.id}`)).body).toMatchObject({ enabled: false, disabledReason: 'failing' });
      expect(await app.deliveries(hook, '?state=failed')).toMatchObject([
        { eventId: first, reason: 'endpoint_disabled' },
      ]);
    });
    // What comes now is not taken on, and not lost.
    const missed = [await app.fact('delivery.sent', 'ntf_2'), await app.fact('delivery.sent', 'ntf_3')];
    await app.fact('delivery.dead', 'ntf_3');
    await caughtUp();
    expect(await app.deliveries(hook)).toHaveLength(1);
    const recover = (perSecond: number) => app.call('POST', `/${hook.id}/recover`, { since, perSecond });
    const refused = { status: 409, body: { code: 'endpoint_disabled' } };
    expect(await recover(1)).toMatchObject(refused);
    expect(await app.call('POST', `/${hook.id}/test`)).toMatchObject(refused);
    expect(await app.call('POST', `/${hook.id}/deliveries/${first}/resend`)).toMatchObject(refused);

    script(hook, () => ({ status: 204 }));
    const enabled = await app.call('PATCH', `/${hook.id}`, { enabled: true });
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, failingSince: null });
    const before = posts(hook).length;
    expect(await recover(2)).toMatchObject({ status: 202, body: { since, perSecond: 2 } });
    await eventually(() => expect(posts(hook)).toHaveLength(before + 3), { within: 10_000 });
    const sent = posts(hook).slice(before);
    expect(new Set(sent.map((post) => post.headers['webhook-id']))).toEqual(new Set([first, ...missed]));
    // Two in the first second, the third in the next.
    expect(sent[2]!.at - sent[0]!.at).toBeGreaterThan(500);
    await eventually(async () => expect(await app.deliveries(hook, '?state=delivered')).toHaveLength(3));

    // What was delivered is not sent again.
    await recover(500);
    await eventually(async () =>
      expect((await sql('SELECT FROM events_work WHERE app_id = $1', [app.id])).rowCount).toBe(0),
    );
    expect(posts(hook)).toHaveLength(before + 3);
  }, 30_000);
});

describe('a recovery', () => {
  it('goes through more events than one slice holds, in the order of each subject where that is wanted', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ ...SENT, ordered: true });
    await app.call('PATCH', `/${hook.id}`, { enabled: false });
    const since = new Date(Date.now() - 1_000).toISOString();
    const facts = Array.from({ length: 501 }, (_, n) => {
      return {
        appId: app.id,
        type: 'delivery.sent' as const,
        subject: n % 250 === 0 ? 'ntf_same' : `ntf_${n}`,
        data: {},
      };
    });
    const ids = (await append(database(), facts)).map((id) => formatId('event', id));
    await caughtUp();
    await app.call('PATCH', `/${hook.id}`, { enabled: true });
    await app.call('POST', `/${hook.id}/recover`, { since, perSecond: 500 });
    await eventually(() => expect(new Set(posts(hook).map((post) => post.headers['webhook-id'])).size).toBe(501), {
      within: 20_000,
    });
    const came = posts(hook).map((post) => String(post.headers['webhook-id']));
    const same = ids.filter((_, n) => n % 250 === 0);
    expect(came.filter((id) => same.includes(id))).toEqual(same);
  }, 30_000);

  describe('of three events of one subject, one a second, where order is wanted', () => {
    async function begin(answer: (turn: number) => 'cut' | { status: number }) {
      const app = await makeApp();
      const hook = await app.makeEndpoint({ ...SENT, ordered: true });
      await app.call('PATCH', `/${hook.id}`, { enabled: false });
      const since = new Date(Date.now() - 1_000).toISOString();
      const ids = [await app.fact('delivery.sent'), await app.fact('delivery.sent'), await app.fact('delivery.sent')];
      await caughtUp();
      await app.call('PATCH', `/${hook.id}`, { enabled: true });
      script(hook, (_post, turn) => answer(turn));
      const { body } = await app.call('POST', `/${hook.id}/recover`, { since, perSecond: 1 });
      const begunAt = Date.parse(body.until);
      /** Milliseconds from the beginning to the post of the last event. */
      const lastCame = () =>
        eventually(
          () => {
            const last = posts(hook).find((post) => post.headers['webhook-id'] === ids[2]);
            expect(last).toBeDefined();
            return performance.timeOrigin + last!.at - begunAt;
          },
          { within: 15_000 },
        );
      return { app, hook, begunAt, lastCame };
    }
    /** Never early, but for clocks that round. */
    const TWO_SECONDS = 1_950;

    it('keeps the pace', async () => {
      const { lastCame } = await begin(() => ({ status: 204 }));
      expect(await lastCame()).toBeGreaterThan(TWO_SECONDS);
    }, 30_000);

    it('says when each is due at the earliest, and keeps that when order is wanted no more', async () => {
      const { app, hook, begunAt, lastCame } = await begin((turn) => (turn === 1 ? 'cut' : { status: 204 }));
      await eventually(async () => expect(await app.deliveries(hook, '?state=retrying')).toHaveLength(1));
      const due = (await app.deliveries(hook, '?state=pending')).map(
        (each) => Date.parse(each.nextAttemptAt) - begunAt,
      );
      expect(due[0]! - due[1]!).toBe(1_000);
      expect(due[0]!).toBeGreaterThan(TWO_SECONDS);
      await app.call('PATCH', `/${hook.id}`, { ordered: false });
      expect(await lastCame()).toBeGreaterThan(TWO_SECONDS);
    }, 30_000);
  });

  it('cannot begin before the log of deliveries does, or in the future', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint();
    for (const since of [new Date(Date.now() - 31 * 86_400_000), new Date(Date.now() + 60_000)]) {
      expect(await app.call('POST', `/${hook.id}/recover`, { since: since.toISOString() })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/since' }] },
      });
    }
  });
});

describe('the upkeep of the log', () => {
  it('deletes what ended before the days that are kept, with its attempts, and nothing that is open or younger', async () => {
    const at = (daysAgo: number, tail: string) => firstUuidAt(Date.now() - daysAgo * 86_400_000).slice(0, -1) + tail;
    const rows = [
      [at(31, '1'), 'delivered'],
      [at(31, '2'), 'failed'],
      [at(31, '3'), 'retrying'],
      [at(29, '4'), 'delivered'],
    ];
    for (const [id, state] of rows) {
      await sql(
        `INSERT INTO webhook_delivery (id, app_id, endpoint_id, event_id, event_type, subject, state, attempt)
         VALUES ($1::uuid, $1, $1, $1, 'delivery.sent', 'x', $2, 1)`,
        [id, state],
      );
      await sql(`INSERT INTO webhook_attempt (delivery_id, attempt, milliseconds) VALUES ($1, 1, 5)`, [id]);
    }
    const upkeep = webhookUpkeep(database(), createLogger('test', 'silent'), 30);
    upkeep.start();
    await upkeep.stop();
    const kept = (table: string, column: string) =>
      sql<{ id: string }>(`SELECT ${column} AS id FROM ${table} WHERE ${column} = ANY ($1) ORDER BY 1`, [
        rows.map(([id]) => id),
      ]).then((result) => result.rows.map((row) => row.id));
    expect(await kept('webhook_delivery', 'id')).toEqual([rows[2]![0], rows[3]![0]]);
    expect(await kept('webhook_attempt', 'delivery_id')).toEqual([rows[2]![0], rows[3]![0]]);
  });
});
