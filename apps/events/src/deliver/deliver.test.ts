import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, parseId } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { Webhook } from 'standardwebhooks';
import { followFlags } from './follow-flags.js';
import { useEvents } from '../webhooks.harness.js';

const { database, makeApp, posts, received, script, sql } = useEvents();
const SENT = { eventTypes: ['delivery.sent'] };

describe('an event', () => {
  it.concurrent('is posted to every endpoint that wants it, signed, as the feed shows it', async () => {
    const app = await makeApp();
    const [all, sent, other] = [
      await app.makeEndpoint(),
      await app.makeEndpoint(SENT),
      await app.makeEndpoint({ eventTypes: ['delivery.dead'] }),
    ];
    const id = await app.fact('delivery.sent', 'ntf_1', { deliveryId: 'dlv_1' });
    await eventually(() => expect(received(sent)).toHaveLength(1));
    await eventually(() => expect(received(all).map((event) => event.id)).toContain(id));
    const { body, headers } = posts(sent)[0]!;
    expect(headers).toMatchObject({ 'webhook-id': id, 'content-type': 'application/json' });
    expect(new Webhook(sent.secret).verify(body, headers as Record<string, string>)).toMatchObject({
      id,
      source: `/apps/${formatId('app', app.id)}`,
      type: 'delivery.sent',
      subject: 'ntf_1',
      data: { deliveryId: 'dlv_1' },
    });
    const delivered = {
      eventId: id,
      state: 'delivered',
      attempts: 1,
      lastAttempt: { attempt: 1, status: 204, answer: null, error: null },
    };
    await eventually(async () => expect(await app.deliveries(sent)).toMatchObject([delivered]));
    expect(await app.deliveries(other)).toEqual([]);
  });

  it.concurrent('that fails is tried again under the same id, and every attempt is in the log', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint(SENT);
    script(hook, (_post, turn) =>
      turn < 2 ? { status: 500, body: `sorry\0 ${'x'.repeat(2_000)}` } : { status: 200, body: 'thanks' },
    );
    const id = await app.fact('delivery.sent');
    const { body } = await eventually(async () => {
      await app.makeDue();
      const answer = await app.call('GET', `/${hook.id}/deliveries/${id}`);
      expect(answer.body.state).toBe('delivered');
      return answer;
    });
    expect(posts(hook).map((post) => post.headers['webhook-id'])).toEqual([id, id]);
    expect(body.log).toMatchObject([
      { attempt: 1, status: 500, answer: expect.stringMatching(/^sorry x{1017}$/) },
      { attempt: 2, status: 200, answer: 'thanks' },
    ]);
    expect((await app.call('GET', `/${hook.id}/deliveries/${body.id}`)).body).toEqual(body);
  });

  it.concurrent('is given up after the last attempt, listed as failed, and can be sent again', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint(SENT);
    script(hook, (_post, turn) => (turn <= 2 ? 'cut' : { status: 204 }));
    const id = await app.fact('delivery.sent');
    await eventually(async () => expect(await app.deliveries(hook, '?state=retrying')).toHaveLength(1));
    // Eight attempts that this test does not wait for.
    await sql(`UPDATE webhook_delivery SET round_start = round_start - 8 WHERE endpoint_id = $1`, [hook.uuid]);
    await eventually(async () => {
      await app.makeDue();
      expect(await app.deliveries(hook, '?state=failed')).toHaveLength(1);
    });
    const [failed] = await app.deliveries(hook);
    expect(failed).toMatchObject({ attempts: 2, reason: 'answer_failed', nextAttemptAt: null });
    expect(failed.lastAttempt).toMatchObject({ status: null, error: expect.stringContaining('answer_failed') });
    expect((await app.call('POST', `/${hook.id}/deliveries/${failed.id}/resend`)).status).toBe(202);
    await eventually(async () =>
      expect(await app.deliveries(hook)).toMatchObject([{ eventId: id, state: 'delivered', attempts: 3 }]),
    );
    expect(posts(hook)).toHaveLength(3);
  });

  it.concurrent('is sent again by its id, also to an endpoint that never was to get it', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ eventTypes: ['delivery.dead'] });
    const id = await app.fact('delivery.sent');
    const resend = (event: string) => app.call('POST', `/${hook.id}/deliveries/${event}/resend`);
    expect((await resend(id)).body).toMatchObject({ state: 'pending', eventId: id });
    await eventually(async () => expect(await app.deliveries(hook, '?state=delivered')).toHaveLength(1));
    expect((await resend(id)).status).toBe(202);
    await eventually(() => expect(received(hook).map((event) => event.id)).toEqual([id, id]));
    expect((await resend(formatId('event', newUuid()))).status).toBe(404);
  });
});

describe('a flag that turns webhooks off', () => {
  it.concurrent('holds those of its app in every process, and lets them go when it is turned on', async () => {
    const [stopped, other] = [await makeApp(), await makeApp()];
    const [held, hook] = [await stopped.makeEndpoint(SENT), await other.makeEndpoint(SENT)];
    const apps = JSON.stringify({ [stopped.id]: { on: false, reason: 'they asked' } });
    await sql(
      `INSERT INTO flag_stance (process, flag, source, is_on, apps, until)
       VALUES ('another:1', 'webhooks.post', 'file', true, $1, now() + interval '1 h')`,
      [apps],
    );
    const id = await stopped.fact('delivery.sent');
    await other.fact('delivery.sent');
    await eventually(() => expect(received(hook)).toHaveLength(1));
    // Taken on, looked at and handed back: not posted, not failed, and not late.
    await eventually(async () => {
      const { rows } = await sql(
        `SELECT next_offer_at > now() + interval '10 s' AND due_at > now() AS held FROM events_work WHERE app_id = $1`,
        [stopped.id],
      );
      expect(rows).toEqual([{ held: true }]);
    });
    expect(posts(held)).toEqual([]);
    expect(await stopped.deliveries(held)).toMatchObject([{ eventId: id, state: 'pending' }]);
    await sql(`DELETE FROM flag_stance WHERE process = 'another:1'`);
    await database().transaction((tx) => followFlags(tx, [{ flag: 'webhooks.post', since: new Date() }]));
    await eventually(() => expect(received(held).map((event) => event.id)).toEqual([id]));
  });
});

describe('an endpoint that wants order', () => {
  it.concurrent(
    'gets the next event of a subject after the one before was delivered, and other subjects meanwhile',
    async () => {
      const app = await makeApp();
      const hook = await app.makeEndpoint({ ...SENT, ordered: true });
      let fails = true;
      script(hook, (post) => (fails && post.body.includes('"ntf_a"') ? { status: 500 } : { status: 204 }));
      const [a, b]: [string[], string[]] = [[], []];
      for (const [ids, subject] of [
        [a, 'ntf_a'],
        [b, 'ntf_b'],
        [a, 'ntf_a'],
        [b, 'ntf_b'],
        [a, 'ntf_a'],
      ] as const) {
        ids.push(await app.fact('delivery.sent', subject));
      }
      await eventually(() => expect(received(hook).map((event) => event.id)).toEqual(expect.arrayContaining(b)));
      expect(new Set(received(hook).map((event) => event.id))).toEqual(new Set([a[0], ...b]));
      fails = false;
      await eventually(async () => {
        await app.makeDue();
        expect(received(hook).filter((event) => event.id === a[2])).toHaveLength(1);
      });
      const order = received(hook).map((event) => event.id);
      expect([...new Set(order.filter((id) => a.includes(id)))]).toEqual(a);
      expect(order.filter((id) => b.includes(id))).toEqual(b);
      await eventually(async () => {
        expect((await sql('SELECT FROM webhook_line WHERE endpoint_id = $1', [hook.uuid])).rowCount).toBe(0);
      });
    },
  );

  it.concurrent('gets the next one also when the one before is given up', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ ...SENT, ordered: true });
    const first = await app.fact('delivery.sent', 'ntf_c');
    const second = await app.fact('delivery.sent', 'ntf_c');
    script(hook, (post) => ({ status: post.headers['webhook-id'] === first ? 500 : 204 }));
    await eventually(async () => expect((await app.deliveries(hook))[1]).toMatchObject({ state: 'retrying' }));
    await sql(`UPDATE webhook_delivery SET round_start = -8 WHERE event_id = $1`, [parseId('event', first)]);
    await eventually(async () => {
      await app.makeDue();
      expect(await app.deliveries(hook)).toMatchObject([
        { eventId: second, state: 'delivered' },
        { eventId: first, state: 'failed' },
      ]);
    });
  });

  it.concurrent('and does so no longer gets at once what waited', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ ...SENT, ordered: true });
    script(hook, (_post, turn) => ({ status: turn === 1 ? 500 : 204 }));
    const ids = [await app.fact('delivery.sent', 'ntf_d'), await app.fact('delivery.sent', 'ntf_d')];
    await eventually(async () => expect((await app.deliveries(hook))[1]).toMatchObject({ state: 'retrying' }));
    await app.call('PATCH', `/${hook.id}`, { ordered: false });
    await eventually(() => expect(received(hook).map((event) => event.id)).toEqual(ids));
  });
});

describe('an endpoint in trouble', () => {
  it.concurrent(
    'is paused after five failures in a row, costs no attempts then, and goes on after one probe',
    async () => {
      const app = await makeApp();
      const hook = await app.makeEndpoint(SENT);
      const pausedUntil = async () => (await app.call('GET', `/${hook.id}`)).body.pausedUntil;
      const endPause = () => sql(`UPDATE webhook_endpoint SET open_until = now() WHERE id = $1`, [hook.uuid]);
      script(hook, () => ({ status: 503 }));
      for (let sent = 0; sent < 16; sent += 1) await app.fact('delivery.sent', `ntf_${sent}`);
      await eventually(async () => expect(await pausedUntil()).not.toBeNull());
      const leased = `SELECT FROM events_work WHERE credential_id = $1 AND lease_until > now()`;
      await eventually(async () => expect((await sql(leased, [hook.uuid])).rowCount).toBe(0));
      const tried = posts(hook).length;
      // The fifth failure, and at most what was under way beside it.
      expect(tried).toBeGreaterThanOrEqual(5);
      expect(tried).toBeLessThanOrEqual(12);
      await app.makeDue();
      await app.fact('delivery.sent', 'ntf_new');
      await eventually(async () => expect(await app.deliveries(hook)).toHaveLength(17));
      const attempts = (await app.deliveries(hook)).map((each) => each.attempts as number);
      expect(attempts.reduce((sum, each) => sum + each)).toBe(tried);

      // Its time comes, and the probe fails: one post, and a longer pause.
      await endPause();
      await app.makeDue();
      await eventually(async () => expect(await pausedUntil()).not.toBeNull());
      expect(posts(hook)).toHaveLength(tried + 1);

      // And succeeds: everything follows.
      script(hook, () => ({ status: 204 }));
      await endPause();
      await eventually(
        async () => {
          await app.makeDue();
          expect(await app.deliveries(hook, '?state=delivered')).toHaveLength(17);
        },
        { every: 200, within: 20_000 },
      );
      expect(await pausedUntil()).toBeNull();
    },
    40_000,
  );

  it.concurrent('is left alone for as long as it asks for', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint(SENT);
    script(hook, () => ({ status: 429, headers: { 'retry-after': '120' } }));
    await app.fact('delivery.sent');
    const paused = await eventually(async () => {
      const { pausedUntil } = (await app.call('GET', `/${hook.id}`)).body;
      expect(pausedUntil).not.toBeNull();
      return Date.parse(pausedUntil);
    });
    expect(paused - Date.now()).toBeGreaterThan(110_000);
    const [delivery] = await app.deliveries(hook);
    expect(Date.parse(delivery.nextAttemptAt) - Date.now()).toBeGreaterThan(110_000);
  });

  it.concurrent('that answers 410 is disabled, and says so to the others and not to itself', async () => {
    const app = await makeApp();
    const types = { eventTypes: ['delivery.sent', 'webhook_endpoint.disabled'] };
    const [gone, other] = [await app.makeEndpoint(types), await app.makeEndpoint(types)];
    script(gone, () => ({ status: 410 }));
    const id = await app.fact('delivery.sent');
    await eventually(() =>
      expect(received(other)).toContainEqual(
        expect.objectContaining({
          type: 'webhook_endpoint.disabled',
          subject: gone.id,
          data: { endpointId: gone.id, reason: 'gone', failingSince: expect.any(String) },
        }),
      ),
    );
    expect((await app.call('GET', `/${gone.id}`)).body).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect(await app.deliveries(gone)).toMatchObject([{ eventId: id, state: 'failed', reason: 'http_410' }]);
    expect(received(gone)).toHaveLength(1);
  });

  it.concurrent('that is deleted gets nothing more, and its work ends', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint({ ...SENT, ordered: true });
    script(hook, () => ({ status: 500 }));
    await app.fact('delivery.sent', 'ntf_e');
    await app.fact('delivery.sent', 'ntf_e');
    await eventually(async () => expect((await app.deliveries(hook))[1]).toMatchObject({ state: 'retrying' }));
    expect((await app.call('DELETE', `/${hook.id}`)).status).toBe(204);
    await eventually(async () => {
      await app.makeDue();
      expect((await sql('SELECT FROM events_work WHERE credential_id = $1', [hook.uuid])).rowCount).toBe(0);
    });
    const { rows } = await sql('SELECT DISTINCT state, reason FROM webhook_delivery WHERE endpoint_id = $1', [
      hook.uuid,
    ]);
    expect(rows).toEqual([{ state: 'failed', reason: 'endpoint_deleted' }]);
    expect(posts(hook)).toHaveLength(1);
  });
});

describe('the log of deliveries', () => {
  it.concurrent('is read page by page, newest first, and by state', async () => {
    const app = await makeApp();
    const hook = await app.makeEndpoint(SENT);
    const ids: string[] = [];
    for (let sent = 0; sent < 5; sent += 1) ids.push(await app.fact('delivery.sent', `ntf_${sent}`));
    await eventually(async () => expect(await app.deliveries(hook, '?state=delivered')).toHaveLength(5));
    const pages: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '' : `&after=${after}`;
      const { body } = await app.call('GET', `/${hook.id}/deliveries?limit=2${query}`);
      pages.push(...body.items.map((each: { eventId: string }) => each.eventId));
      after = body.next as string | null;
    }
    expect(pages).toEqual(ids.toReversed());
    expect((await app.call('GET', `/${hook.id}/deliveries?state=lost`)).status).toBe(422);
    expect((await app.call('GET', `/${hook.id}/deliveries?after=rubbish`)).body).toEqual({ items: [], next: null });
  });
});
