import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import type { LeasedWork, WorkEnd } from '@signalbox/queues';
import { useDeliveryBench } from '../delivery-bench.harness.js';
import type { AttemptOutcome } from '../providers/push-provider.js';
import { pushWork, type SendItem } from '../work/push-work.js';

describe('delivering', () => {
  const bench = useDeliveryBench();
  const { lease } = bench;
  const sql = (text: string, params: readonly unknown[] = []) => bench.database().query(text, params);
  const worker = (outcome: AttemptOutcome | (() => AttemptOutcome), onOpen?: (credential: Uuid) => void) =>
    bench.worker(() => (typeof outcome === 'function' ? outcome() : outcome), onOpen);

  afterEach(async () => {
    await sql('DELETE FROM hold');
  });

  async function deliver(outcome: AttemptOutcome): Promise<{ end: WorkEnd; item: SendItem }> {
    const leased = await lease(1);
    return { end: await worker(outcome).handle(leased), item: leased.items[0]! };
  }

  const statesOf = async (leased: LeasedWork<SendItem>) =>
    (await sql('SELECT state, reason FROM delivery WHERE id = ANY ($1::uuid[])', [leased.items.map((item) => item.d)]))
      .rows;

  it.each(['rejected', 'gone', 'retry'] as const)(
    'records "%s" whatever letters the provider put into its answer',
    async (kind) => {
      const outcome = {
        kind,
        reason: 'Bad\0Thing \ud83d',
        afterMs: 1,
        goneAt: new Date(),
        raw: { body: 'a\0b \udc00' },
      };
      const { end, item } = await deliver(outcome);
      expect(end.end).toBe('settled');
      const { rows } = await sql('SELECT reason, raw FROM delivery WHERE id = $1', [item.d]);
      expect(rows).toEqual([{ reason: 'BadThing \ufffd', raw: { body: 'ab \ufffd' } }]);
    },
  );

  it('holds a credential for a reason of any letters', async () => {
    const { end } = await deliver({ kind: 'hold-credential', reason: 'Bad\0Key', untilMs: 60_000, raw: {} });
    expect(end).toMatchObject({ end: 'release', reason: 'BadKey' });
    const { rows } = await sql('SELECT reason FROM hold WHERE credential_id = $1', [bench.credentialId()]);
    expect(rows).toEqual([{ reason: 'BadKey' }]);
  });

  it('sends one message alone when a hold has come to its end, and the rest once the provider took it', async () => {
    const leased = await lease(3);
    await sql(`INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now(), 'InvalidProviderToken')`, [
      bench.credentialId(),
    ]);
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'probed' });
    expect(asked).toHaveLength(1);
    expect((await sql('SELECT FROM hold')).rowCount).toBe(0);
    expect(await handle(leased)).toMatchObject({ end: 'settled', summary: { sent: 2 } });
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['has just run out', '1 s'],
    ['is forgotten', '1 h'],
  ])(
    'sends nothing that a flag of its own process stops, whatever became of the hold while Postgres was away: it %s',
    async (_, ago) => {
      const flags = await bench.flags('{"push.apns": {"on": false, "reason": "recall"}}');
      const { asked, handle } = bench.worker(() => ({ kind: 'sent', raw: {} }), undefined, flags);
      const leased = await lease(2);
      await sql(
        `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, 'flag', now() - $2::interval, 'held_by_flag')`,
        [bench.credentialId(), ago],
      );
      const end = await handle(leased);
      expect(end).toMatchObject({ end: 'release', reason: 'held_by_flag', held: true });
      expect([asked, await statesOf(leased)]).toEqual([[], []]);
      // The probe is nobody's: the next one to ask would be sent to.
      expect((await sql('SELECT lane, probe_lease AS probe FROM hold')).rows).toEqual([{ lane: 'flag', probe: null }]);
      // Handed back it costs no life, is not late, and comes again in seconds.
      const { delay, held } = end as Extract<WorkEnd, { end: 'release' }>;
      await pushWork.release(bench.database(), leased, delay, { held: held === true });
      const { rows } = await sql(
        `SELECT claims, due_at > now() AS young, next_offer_at BETWEEN now() + interval '5 s' AND now() + interval '30 s' AS soon
       FROM push_work WHERE id = $1`,
        [leased.id],
      );
      expect(rows).toEqual([{ claims: 0, young: true, soon: true }]);
    },
  );

  it('begins no more of a row once the credential is on hold, whatever was under way', async () => {
    const leased = await lease(260);
    const { asked, handle } = worker({
      kind: 'hold-credential',
      reason: 'InvalidProviderToken',
      untilMs: 60_000,
      raw: {},
    });
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'InvalidProviderToken' });
    expect(asked).toHaveLength(250);
    expect(await statesOf(leased)).toEqual([]);
  });

  it('settles each of a row that is longer than what goes at once, exactly once', async () => {
    const leased = await lease(260);
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    expect(await handle(leased)).toEqual({ end: 'settled', summary: { sent: 260 } });
    expect(new Set(asked.map(({ deliveryId }) => deliveryId)).size).toBe(260);
    expect(asked).toHaveLength(260);
    expect(await statesOf(leased)).toHaveLength(260);
    expect((await sql('SELECT FROM push_work WHERE id = $1', [leased.id])).rowCount).toBe(0);
  });

  it('holds again, and for longer, when the provider refuses the probe', async () => {
    const leased = await lease(3);
    await sql(`INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now(), 'InvalidProviderToken')`, [
      bench.credentialId(),
    ]);
    const refusal = { kind: 'hold-credential', reason: 'InvalidProviderToken', untilMs: 60_000, raw: {} } as const;
    const { asked, handle } = worker(refusal);
    await handle(leased);
    expect(asked).toHaveLength(1);
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'InvalidProviderToken' });
    expect(asked).toHaveLength(1);
    const { rows } = await sql(`SELECT times, until > now() + interval '100 s' AS longer FROM hold`);
    expect(rows).toEqual([{ times: 2, longer: true }]);
  });

  it('goes on holding when the provider answers the probe that it is not well, and tries one more soon', async () => {
    const leased = await lease(3);
    await sql(
      `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now(), 'provider_does_not_answer')`,
      [bench.credentialId()],
    );
    const { asked, handle } = worker({
      kind: 'retry',
      reason: 'ServiceUnavailable',
      afterMs: 10_000,
      trouble: true,
      raw: {},
    });
    await handle(leased);
    expect(asked).toHaveLength(1);
    const { rows } = await sql(`SELECT until <= now() AS over, probe_lease > now() AS "isNextLater" FROM hold`);
    expect(rows).toEqual([{ over: true, isNextLater: true }]);
  });

  it('makes no more retries than the budget has, and lets the rest wait without burning an attempt', async () => {
    const leased = await lease(150, { attempt: 2 });
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'retry_budget' });
    expect(asked).toHaveLength(100);
    expect(await statesOf(leased)).toHaveLength(100);
  });

  describe('in a row of which some may be tried soon and some much later', () => {
    const [soon, late] = [500, 300_000].map((afterMs) => {
      return { kind: 'retry', reason: `in ${afterMs}`, afterMs, uncounted: true, raw: {} } as const;
    }) as [AttemptOutcome, AttemptOutcome];
    const rowsOf = async (root: Uuid) =>
      (
        await sql(
          `SELECT id, queue, lane, app_id AS "appId", credential_id AS "credentialId", items,
             extract(epoch FROM due_at - now())::float8 AS "dueIn" FROM push_work WHERE root_id = $1 ORDER BY due_at`,
          [root],
        )
      ).rows;

    it('lets nobody wait for the slowest', async () => {
      const leased = await lease(40);
      const [slowest, ...others] = leased.items;
      const { handle } = bench.worker(({ deliveryId }) => (deliveryId === slowest!.d ? late : soon));
      const end = await handle(leased);
      expect(end).toMatchObject({ end: 'release', reason: 'in 500' });
      expect((end as { delay: number }).delay).toBeLessThan(3_000);
      const { queue, lane, appId, credentialId } = leased;
      expect(await rowsOf(leased.rootId)).toEqual([
        expect.objectContaining({ id: leased.id, items: others }),
        expect.objectContaining({ queue, lane, appId, credentialId, items: [slowest] }),
      ]);
      const [, apart] = await rowsOf(leased.rootId);
      expect(apart!['dueIn']).toBeGreaterThan(290);
      const again = await bench.worker(() => ({ kind: 'sent', raw: {} })).handle({ ...leased, items: others });
      expect(again).toMatchObject({ end: 'settled', summary: { sent: 39 } });
      expect((await rowsOf(leased.rootId)).map(({ items }) => items)).toEqual([[slowest]]);
    });

    it('leaves the row to whoever has it by then', async () => {
      const leased = await lease(2);
      let calls = 0;
      const { handle } = bench.worker(async () => {
        await sql('UPDATE push_work SET lease_token = gen_random_uuid() WHERE id = $1', [leased.id]);
        calls += 1;
        return calls === 1 ? soon : late;
      });
      expect(await handle(leased)).toEqual({ end: 'lost' });
      expect(await rowsOf(leased.rootId)).toMatchObject([{ id: leased.id, items: leased.items }]);
    });
  });

  it('stops calling a provider that does not answer, and puts its credential on hold', async () => {
    const leased = await lease(300);
    const opened: Uuid[] = [];
    const { asked, handle } = worker({ kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} }, (credential) =>
      opened.push(credential),
    );
    expect(await handle(leased)).toMatchObject({ end: 'release', reason: 'breaker_open' });
    expect(opened).toEqual([bench.credentialId()]);
    expect(asked.length).toBeLessThan(300);
    expect(await statesOf(leased)).toHaveLength(asked.length);
  });

  it('tries the one message again whose attempt ended with an exception, and sends the others', async () => {
    const leased = await lease(3);
    let calls = 0;
    const { handle } = worker(() => {
      calls += 1;
      if (calls === 2) throw new TypeError('a fault of ours');
      return { kind: 'sent', raw: {} };
    });
    expect(await handle(leased)).toMatchObject({ end: 'settled', summary: { sent: 2, retrying: 1 } });
    const { rows } = await sql(
      `SELECT reason, raw, attempt FROM delivery WHERE state = 'retrying' AND id = ANY ($1::uuid[])`,
      [leased.items.map((item) => item.d)],
    );
    expect(rows).toEqual([{ reason: 'exception', raw: { exception: 'TypeError' }, attempt: 1 }]);
  });

  it('lets a backlog out slowly after a hold, and what was accepted just now at once', async () => {
    const backlog = await lease(300, { attempt: 2 });
    const { asked, handle } = worker({ kind: 'sent', raw: {} });
    const held = `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, '*', now() + interval '1 min', 'test')`;
    await sql(held, [bench.credentialId()]);
    expect(await handle(backlog)).toMatchObject({ end: 'release', reason: 'test' });
    await sql('DELETE FROM hold');
    expect(await handle(backlog)).toMatchObject({ end: 'release', reason: 'ramp' });
    expect(asked.length).toBeLessThan(150);
    const before = asked.length;
    expect(await handle(await lease(50))).toMatchObject({ end: 'settled', summary: { sent: 50 } });
    expect(asked.length - before).toBe(50);
  });

  describe('in a category that is sent at most once', () => {
    beforeAll(() => bench.policy({ categories: { once: { guarantee: 'at-most-once' } } }));

    it('never sends again what may have arrived', async () => {
      const leased = await lease(1, { category: 'once' });
      const { asked, handle } = worker({ kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} });
      await handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'dead', reason: 'may_have_arrived: TIMEOUT' }]);
      expect(asked).toHaveLength(1);
    });

    it('sends again what the provider surely did not take', async () => {
      const leased = await lease(1, { category: 'once' });
      await worker({ kind: 'retry', reason: 'TooManyRequests', afterMs: 1, raw: {} }).handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'retrying', reason: 'TooManyRequests' }]);
    });

    it('does not send what a process that died had begun', async () => {
      const leased = await lease(1, { category: 'once' });
      // The mark is there and the process is not: nobody hears what becomes of its call.
      const calling = Promise.withResolvers<void>();
      const dying = bench.worker(() => {
        calling.resolve();
        return new Promise(() => undefined);
      });
      void dying.handle(leased);
      await calling.promise;
      expect(await statesOf(leased)).toEqual([{ state: 'sending', reason: null }]);
      const { asked, handle } = worker({ kind: 'sent', raw: {} });
      await handle(leased);
      expect(asked).toEqual([]);
      expect(await statesOf(leased)).toEqual([{ state: 'dead', reason: 'may_have_arrived: interrupted' }]);
    });

    it('does not send again what may have arrived before an exception of ours', async () => {
      const leased = await lease(1, { category: 'once' });
      await worker(() => {
        throw new TypeError('a fault of ours');
      }).handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'dead', reason: 'may_have_arrived: exception' }]);
    });

    it('takes its mark back when nothing was sent, and sends later', async () => {
      const leased = await lease(1, { category: 'once' });
      const unsent = worker({ kind: 'retry', reason: 'connect', afterMs: 1, uncounted: true, raw: {} });
      expect(await unsent.handle(leased)).toMatchObject({ end: 'release', reason: 'connect' });
      expect(await statesOf(leased)).toEqual([]);
      await worker({ kind: 'sent', raw: {} }).handle(leased);
      expect(await statesOf(leased)).toEqual([{ state: 'sent', reason: null }]);
    });
  });
});
