import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { pushWork } from '../work/push-work.js';
import { endProbe, liftHold, passageFor, placeHold } from './holds.js';

describe('a hold', () => {
  const postgres = usePostgres();
  const sql = (text: string, params: unknown[] = []) => postgres.database().query(text, params);
  let credential: Uuid;

  beforeEach(async () => {
    await sql('DELETE FROM push_work');
    credential = await makeCredential('apns', {});
  });

  async function makeCredential(provider: 'apns' | 'fcm', summary: object): Promise<Uuid> {
    const [id, app] = [newUuid(), newUuid()];
    await sql(`INSERT INTO app (id, name, mode) VALUES ($1, 'a', 'test')`, [app]);
    await sql(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ($1, $2, $3, 1, '\\x00', $4::jsonb)`,
      [id, app, provider, JSON.stringify(summary)],
    );
    return id;
  }
  const place = (ms: number, of = credential, scope: 'credential' | 'project' = 'credential') =>
    placeHold(postgres.database(), of, { scope, ms, reason: 'test' });
  const passage = (of = credential) => passageFor(postgres.database(), of, 'bulk');
  /** As if that much time had passed. */
  const later = (ms: number, of = credential) =>
    sql(
      `UPDATE hold SET until = until - $2 * interval '1 ms', probe_lease = probe_lease - $2 * interval '1 ms'
         WHERE credential_id = $1`,
      [of, ms],
    );
  const facts = async (of = credential) =>
    (await sql(`SELECT type, payload FROM event_log WHERE subject = $1 ORDER BY id`, [formatId('credential', of)]))
      .rows;

  it('stops everything of its credential until its time is over, and nothing of another', async () => {
    const other = await makeCredential('apns', {});
    await place(60_000);
    expect(await passage()).toMatchObject({ passage: 'wait', reason: 'test' });
    expect(await passage(other)).toEqual({ passage: 'free' });
  });

  it('lets one of many callers probe when its time is over', async () => {
    await place(60_000);
    await later(60_000);
    const passages = await Promise.all(Array.from({ length: 20 }, () => passage()));
    expect(passages.filter((each) => each.passage === 'probe')).toHaveLength(1);
    expect(passages.filter((each) => each.passage === 'wait')).toHaveLength(19);
  });

  it('gives the probe to somebody else when the first one never came back', async () => {
    await place(60_000);
    await later(60_000);
    expect((await passage()).passage).toBe('probe');
    await later(29_000);
    expect((await passage()).passage).toBe('wait');
    await later(2_000);
    expect((await passage()).passage).toBe('probe');
  });

  it('is lifted by a probe that was accepted, and what waited for it is due at once', async () => {
    const [work] = await pushWork.enqueue(postgres.database(), [
      { id: newUuid(), rootId: newUuid(), queue: 'push.apns.bulk', lane: 'bulk', credentialId: credential, items: [1] },
    ]);
    await sql(`UPDATE push_work SET offer = 1, next_offer_at = now() + interval '1 hour' WHERE id = $1`, [work!.id]);
    await place(60_000);
    await later(60_000);
    await passage();
    await endProbe(postgres.database(), credential, '*', 'accepted');
    expect(await passage()).toEqual({ passage: 'free' });
    expect((await sql('SELECT next_offer_at <= now() AS due FROM push_work')).rows).toEqual([{ due: true }]);
    expect((await facts()).map((fact) => fact['type'])).toEqual(['hold.placed', 'hold.lifted']);
  });

  it('stays when it was placed anew while the probe was under way', async () => {
    await place(60_000);
    await later(60_000);
    expect((await passage()).passage).toBe('probe');
    await place(30_000);
    await endProbe(postgres.database(), credential, '*', 'accepted');
    expect(await passage()).toMatchObject({ passage: 'wait', reason: 'test' });
    expect((await facts()).map((fact) => fact['type'])).toEqual(['hold.placed', 'hold.placed']);
  });

  it('stays for another probe after one that learned nothing', async () => {
    await place(60_000);
    await later(60_000);
    await passage();
    await endProbe(postgres.database(), credential, '*', 'undecided');
    expect((await passage()).passage).toBe('wait');
    await later(5_000);
    expect((await passage()).passage).toBe('probe');
  });

  it('lasts twice as long each time it comes back, up to an hour', async () => {
    const lengths: number[] = [];
    for (let time = 0; time < 9; time += 1) {
      await place(60_000);
      const wait = await passage();
      const ms = wait.passage === 'wait' ? wait.ms : 0;
      lengths.push(Math.round(ms / 60_000));
      await later(ms + 10);
    }
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect((await facts()).at(-1)).toMatchObject({ payload: { times: 9 } });
  });

  it('is never shortened by a shorter one', async () => {
    await place(600_000);
    await place(1_000);
    expect(await passage()).toMatchObject({ ms: expect.any(Number) });
    expect(((await passage()) as { ms: number }).ms).toBeGreaterThan(500_000);
  });

  it('expires by itself when nobody asks for ten minutes after its end, and begins anew', async () => {
    await place(60_000);
    await later(11 * 60_000 + 1_000);
    expect(await passage()).toEqual({ passage: 'free' });
    await place(60_000);
    expect(((await passage()) as { ms: number }).ms).toBeLessThanOrEqual(60_000);
    expect((await facts()).at(-1)).toMatchObject({ payload: { times: 1 } });
  });

  it('of a project stops every credential of that project, and no other', async () => {
    const [one, same, other] = [
      await makeCredential('fcm', { projectId: 'p1' }),
      await makeCredential('fcm', { projectId: 'p1' }),
      await makeCredential('fcm', { projectId: 'p2' }),
    ];
    await place(60_000, one, 'project');
    expect((await passage(one)).passage).toBe('wait');
    expect((await passage(same)).passage).toBe('wait');
    expect((await passage(other)).passage).toBe('free');
    expect((await facts(same)).at(-1)).toMatchObject({ type: 'hold.placed', payload: { scope: 'project' } });
  });

  it('that is lifted by hand says so in the feed', async () => {
    await place(60_000);
    expect(await liftHold(postgres.database(), credential, 'lifted_by_hand')).toBe(true);
    expect(await liftHold(postgres.database(), credential, 'lifted_by_hand')).toBe(false);
    expect((await facts()).at(-1)).toMatchObject({ type: 'hold.lifted', payload: { reason: 'lifted_by_hand' } });
  });
});
