import { beforeAll, describe, expect, it } from '@jest/globals';
import { firstUuidAt, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { snapshotEvent, type TestApp, type TestSource, usePayments } from '../payments.harness.js';
import { stripeUpkeep } from '../upkeep/stripe-upkeep.js';

describe('the log of Stripe events', () => {
  const payments = usePayments();
  const { sql, deliver } = payments;
  let app: TestApp;
  let source: TestSource;
  beforeAll(async () => {
    app = await payments.makeApp();
    source = await app.makeSource();
  });

  /** Delivers an event; `ste` is our id of it. */
  async function event(
    change: Record<string, unknown> = {},
    to = source,
  ): Promise<{ evt: string; ste: string; uuid: Uuid }> {
    const { id, body } = snapshotEvent(change);
    expect((await deliver(to, body)).status).toBe(200);
    const [row] = await sql<{ id: Uuid }>('SELECT id FROM stripe_event WHERE event_id = $1 ORDER BY id DESC', [id]);
    return { evt: id, ste: formatId('stripeEvent', row!.id), uuid: row!.id };
  }
  const about = (id: string, type = 'payment_intent.succeeded') => ({
    type,
    data: { object: { id, object: 'payment_intent' } },
  });
  /** As the worker does it. */
  const decide = async (uuid: Uuid, decision = 'applied') => {
    await sql('DELETE FROM stripe_inbox WHERE event = $1', [uuid]);
    await sql('INSERT INTO stripe_decision (event, decision, detail) VALUES ($1, $2, $3)', [
      uuid,
      decision,
      'as it is',
    ]);
  };
  const kill = (uuid: Uuid) =>
    sql(`UPDATE stripe_inbox SET reason = 'unknown_shape', detail = 'data.object.status' WHERE event = $1`, [uuid]);
  const list = async (query: string) => (await app.call('GET', `/v1/stripe-events${query}`)).body;
  const idsOf = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id);
  const replay = (body: object, by = app) => by.call('POST', '/v1/stripe-events/replay', body);
  const worksOf = async (objectId: string) =>
    sql(
      `SELECT w.queue, w.lane FROM payments_work w JOIN stripe_event e ON e.app_id = w.app_id AND e.object_id = $1
       WHERE w.items @> jsonb_build_array(jsonb_build_object('o', e.object_key)) AND w.lane = 'bulk'`,
      [objectId],
    );

  it('shows what became of each event, newest first, page by page', async () => {
    const [waiting, dead, done] = [await event(about('pi_a')), await event(about('pi_a')), await event(about('pi_a'))];
    await kill(dead.uuid);
    await decide(done.uuid);
    const first = await list('?objectId=pi_a&limit=2');
    expect(first.items).toMatchObject([
      { id: done.ste, eventId: done.evt, state: 'decided', decision: 'applied', detail: 'as it is', reason: null },
      { id: dead.ste, state: 'dead', reason: 'unknown_shape', detail: 'data.object.status', decision: null },
    ]);
    expect(first.items[0]).toMatchObject({
      type: 'payment_intent.succeeded',
      objectId: 'pi_a',
      account: null,
      via: 'webhook',
      shape: 'snapshot',
      sourceId: source.id,
      livemode: false,
    });
    const rest = await list(`?objectId=pi_a&limit=2&after=${first.next}`);
    expect([idsOf(rest), rest.next]).toEqual([[waiting.ste], null]);
    expect(idsOf(await list('?objectId=pi_a&state=dead'))).toEqual([dead.ste]);
    expect(idsOf(await list('?state=dead'))).toEqual([dead.ste]);
    expect(idsOf(await list('?objectId=pi_a&state=waiting'))).toEqual([waiting.ste]);
  });

  it('is searched by type, account and time', async () => {
    const connect = await app.makeSource({ scope: 'connect' });
    const charge = await event({ ...about('ch_b', 'charge.updated') });
    const theirs = await event({ ...about('ch_b', 'charge.updated'), account: 'acct_b' }, connect);
    expect(idsOf(await list('?type=charge.updated'))).toEqual([theirs.ste, charge.ste]);
    expect(idsOf(await list('?account=acct_b'))).toEqual([theirs.ste]);
    expect(idsOf(await list('?objectId=ch_b'))).toEqual([charge.ste]);
    expect(idsOf(await list('?objectId=ch_b&account=acct_b'))).toEqual([theirs.ste]);
    const now = new Date(Date.now() + 1).toISOString();
    expect(idsOf(await list(`?type=charge.updated&to=${now}`))).toEqual([theirs.ste, charge.ste]);
    expect(idsOf(await list(`?type=charge.updated&from=${now}`))).toEqual([]);
    expect(idsOf(await list('?after=nonsense'))).toEqual([]);
  });

  it('gives one event with its body and what it made happen, by either id', async () => {
    const { ste, evt, uuid } = await event(about('pi_c'));
    const fact = newUuid();
    await sql(
      `INSERT INTO stripe_effect (object_key, effect, event, fact) SELECT object_key, 'payment.succeeded', id, $2 FROM stripe_event WHERE id = $1`,
      [uuid, fact],
    );
    const { body } = await app.call('GET', `/v1/stripe-events/${ste}`);
    expect(body).toMatchObject({
      eventId: evt,
      effects: [{ effect: 'payment.succeeded', event: formatId('event', fact) }],
      body: { id: evt, data: { object: { id: 'pi_c' } } },
    });
    expect((await app.call('GET', `/v1/stripe-events/${evt}`)).body).toEqual(body);
    await sql('UPDATE stripe_event SET dek_id = gen_random_uuid() WHERE id = $1', [uuid]);
    expect((await app.call('GET', `/v1/stripe-events/${ste}`)).body.body).toBeNull();
    for (const id of [formatId('stripeEvent', newUuid()), 'evt_unknown', 'x']) {
      expect((await app.call('GET', `/v1/stripe-events/${id}`)).status).toBe(404);
    }
  });

  it("keeps an app's events from all others", async () => {
    const stranger = await payments.makeApp();
    const { ste, evt } = await event(about('pi_d'));
    expect((await stranger.call('GET', '/v1/stripe-events')).body.items).toEqual([]);
    for (const id of [ste, evt]) expect((await stranger.call('GET', `/v1/stripe-events/${id}`)).status).toBe(404);
    for (const body of [{ ids: [ste, evt] }, { objectId: 'pi_d' }, { type: 'payment_intent.succeeded' }]) {
      expect((await replay(body, stranger)).body).toMatchObject({ matched: 0, replayed: 0 });
    }
    const reader = await payments.makeApp('test', ['payments:read']);
    expect((await replay({ ids: [ste] }, reader)).status).toBe(403);
  });

  describe('works on events again', () => {
    it('by id, dead or decided: they wait once more, and their object is work', async () => {
      const [dead, done] = [await event(about('pi_e')), await event(about('pi_e'))];
      await kill(dead.uuid);
      await decide(done.uuid);
      const answer = await replay({ ids: [dead.ste, done.evt, 'evt_unknown'] });
      expect(answer.body).toMatchObject({
        matched: 2,
        replayed: 2,
        types: { 'payment_intent.succeeded': 2 },
        events: [
          { id: done.ste, state: 'decided' },
          { id: dead.ste, state: 'dead' },
        ],
        next: null,
      });
      expect((await list('?objectId=pi_e')).items.map(({ state }: { state: string }) => state)).toEqual([
        'waiting',
        'waiting',
      ]);
      expect(await worksOf('pi_e')).toEqual(expect.arrayContaining([{ queue: 'payments.stripe.bulk', lane: 'bulk' }]));
    });

    it('but leaves those as they are whose content was erased with their user', async () => {
      const [erased, other] = [await event(about('pi_erased')), await event(about('pi_erased'))];
      await decide(erased.uuid);
      await decide(other.uuid);
      await sql(`UPDATE stripe_event SET content = '' WHERE id = $1`, [erased.uuid]);
      expect((await replay({ ids: [erased.ste, other.ste] })).body).toMatchObject({ matched: 2, replayed: 1 });
      expect((await list('?objectId=pi_erased')).items.map(({ state }: { state: string }) => state)).toEqual([
        'waiting',
        'decided',
      ]);
      expect((await replay({ ids: [erased.ste] })).body).toMatchObject({ matched: 1, replayed: 0 });
    });

    it('in a dry run only says which', async () => {
      const { uuid } = await event(about('pi_f'));
      await decide(uuid);
      const answer = await replay({ objectId: 'pi_f', dryRun: true });
      expect(answer.body).toMatchObject({ matched: 1, replayed: 0, events: [{ state: 'decided' }] });
      expect(await sql('SELECT FROM stripe_inbox WHERE event = $1', [uuid])).toEqual([]);
      expect(await worksOf('pi_f')).toEqual([]);
    });

    it('by type, range and state, in as many calls as it takes', async () => {
      const type = 'setup_intent.created';
      for (let n = 0; n < 5; n += 1) await kill((await event(about(`seti_${n}`, type))).uuid);
      const from = new Date(Date.now() - 60_000).toISOString();
      const first = await replay({ type, from, state: 'dead', limit: 3, dryRun: true });
      expect(first.body).toMatchObject({ matched: 3, next: expect.stringMatching(/^ste_/) });
      expect((await replay({ type, from, state: 'dead', limit: 3, after: first.body.next })).body).toMatchObject({
        replayed: 2,
        next: null,
      });
      expect((await replay({ type, state: 'dead' })).body).toMatchObject({ replayed: 3 });
      expect((await replay({ type, state: 'dead' })).body).toMatchObject({ matched: 0 });
    });

    it.each([[{}], [{ dryRun: true }], [{ ids: ['ste_x'], type: 'a' }], [{ account: 'acct_1' }]])(
      'not for %j: which events are meant is said in exactly one way',
      async (body) => {
        expect((await replay(body)).status).toBe(422);
      },
    );
  });

  describe('puts dead events away', () => {
    const discard = (body: object, by = app) => by.call('POST', '/v1/stripe-events/discard', body);
    const note = 'a shape that was never ours';

    it('by either id, for a reason that is kept; what is not dead stays, and so does another app its own', async () => {
      const [dead, other, waiting] = [
        await event(about('pi_g')),
        await event(about('pi_g')),
        await event(about('pi_g')),
      ];
      await kill(dead.uuid);
      await kill(other.uuid);
      const stranger = await payments.makeApp();
      expect((await discard({ ids: [dead.ste], note }, stranger)).body).toEqual({ discarded: 0, left: 0 });
      const answer = await discard({ ids: [dead.ste, other.evt, waiting.ste, 'evt_unknown'], note });
      expect([answer.status, answer.body]).toEqual([200, { discarded: 2, left: 1 }]);
      const away = { state: 'decided', decision: 'discarded', detail: note, reason: null };
      expect((await list('?objectId=pi_g')).items).toMatchObject([{ state: 'waiting' }, away, away]);
      expect((await discard({ ids: [dead.ste], note })).body).toEqual({ discarded: 0, left: 1 });
    });

    it('and a replay takes them up again', async () => {
      const { ste, uuid } = await event(about('pi_h'));
      await kill(uuid);
      await discard({ ids: [ste], note });
      await replay({ ids: [ste] });
      expect((await list('?objectId=pi_h')).items).toMatchObject([{ state: 'waiting', decision: null, detail: null }]);
    });

    it.each([
      [{}, 'ids'],
      [{ ids: ['ste_x'] }, 'note'],
      [{ ids: ['ste_x'], note: ' ' }, 'note'],
      [{ ids: [], note }, 'ids'],
    ])('not for %j: %s is missing', async (body, field) => {
      const answer = await discard(body);
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining(field)]);
    });
  });

  it('is kept for a time; what nobody could decide stays', async () => {
    const [old, dead, young] = [await event(about('pi_o')), await event(about('pi_d')), await event(about('pi_y'))];
    await kill(dead.uuid);
    await decide(old.uuid);
    await decide(young.uuid);
    const longAgo = firstUuidAt(Date.now() - 41 * 86_400_000).slice(0, 14);
    const past = (id: Uuid) => longAgo + id.slice(14);
    for (const { uuid } of [old, dead]) {
      for (const [table, column] of [
        ['stripe_event', 'id'],
        ['stripe_inbox', 'event'],
        ['stripe_decision', 'event'],
      ]) {
        await sql(`UPDATE ${table} SET ${column} = $2 WHERE ${column} = $1`, [uuid, past(uuid)]);
      }
    }
    const upkeep = stripeUpkeep(payments.database(), payments.logger(), 40);
    upkeep.start();
    await upkeep.stop();
    const left = await sql<{ event_id: string }>(
      `SELECT event_id FROM stripe_event WHERE object_id IN ('pi_o', 'pi_d', 'pi_y')`,
    );
    expect(left.map((row) => row.event_id)).toEqual(expect.arrayContaining([dead.evt, young.evt]));
    expect(left.map((row) => row.event_id)).not.toContain(old.evt);
    expect(await sql('SELECT FROM stripe_decision WHERE event = $1', [past(old.uuid)])).toEqual([]);
  });
});
