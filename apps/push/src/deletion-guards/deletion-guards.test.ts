import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { gone, SENT, suspect, useDeliveryBench } from '../delivery-bench.harness.js';
import type { DeletionGuards } from './deletion-guards.js';

describe('the guard of a credential', () => {
  const bench = useDeliveryBench();
  const sql = (text: string, params: readonly unknown[] = []) => bench.database().query(text, params);

  /** Devices of one user, who gets one notification, routed and not yet sent. */
  async function addressed(user: string, count: number, suspectFor?: number): Promise<void> {
    for (let made = 0; made < count; made += 1)
      await bench.device({ user, ...(suspectFor === undefined ? {} : { suspectFor }) });
    await bench.notify({ userId: user });
    await bench.route();
  }
  async function statuses(user: string): Promise<Record<string, number>> {
    const { rows } = await bench
      .database()
      .query<{ what: string; count: number }>(
        `SELECT concat_ws(' ', status, status_by) AS what, count(*)::int AS count FROM device WHERE user_id = $1 GROUP BY 1`,
        [user],
      );
    return Object.fromEntries(rows.map((row) => [row.what, row.count]));
  }
  const guardEvents = () => bench.events(formatId('credential', bench.credentialId()));
  const afresh = async (): Promise<void> => {
    await sql('DELETE FROM deletion_guard');
    await sql('DELETE FROM deletion_guard_hour');
    bench.logLines.length = 0;
  };
  const admit = (guards: DeletionGuards, credentialId: Uuid, deletions: number) =>
    bench
      .database()
      .transaction((tx) =>
        guards.admit(tx, [{ credentialId, appId: bench.appId, provider: 'apns', sent: 0, deletions }]),
      );

  it('lets a hundred devices be deleted at once; the others are suspect, the deliveries all say gone', async () => {
    await addressed('storm', 130);
    await bench.deliver(() => gone());
    expect(await statuses('storm')).toEqual({ 'deleted provider': 100, 'suspect guard': 30 });
    const { rows } = await sql(`SELECT state, count(*)::int AS count FROM delivery GROUP BY state`);
    expect(rows).toEqual([{ state: 'gone', count: 130 }]);
    expect((await sql(`SELECT status_reason AS r FROM device WHERE status = 'suspect' GROUP BY 1`)).rows).toEqual([
      { r: 'held: Unregistered' },
    ]);
  });

  it('then holds every further one, and has told about it once', async () => {
    await addressed('after', 3);
    await bench.deliver(() => gone());
    expect(await statuses('after')).toEqual({ 'suspect guard': 3 });
    expect(await guardEvents()).toEqual(['deletion_guard.tripped']);
    expect(bench.logLines.filter((line) => line.includes('called gone than usual'))).toHaveLength(1);
  });

  it('holds second proofs as well: a fault that lasts longer than a day deletes no more than others', async () => {
    await addressed('confirmed', 2, 25);
    await bench.deliver(() => suspect());
    expect(await statuses('confirmed')).toEqual({ 'suspect guard': 2 });
  });

  it('lets a device that it holds come back when the provider takes it after all', async () => {
    await sql(`UPDATE device SET status_at = now() - interval '25 hours' WHERE user_id = 'after'`);
    await bench.notify({ userId: 'after' });
    await bench.route();
    await bench.deliver(() => SENT);
    expect(await statuses('after')).toEqual({ active: 3 });
  });

  it('is exact when many processes delete at once, and trips once', async () => {
    const credentialId = newUuid();
    const processes = Array.from({ length: 8 }, () => bench.guards());
    const admissions = await Promise.all(
      processes.flatMap((guards) => [admit(guards, credentialId, 17), admit(guards, credentialId, 3)]),
    );
    const allowed = admissions.map((each) => each.allowed.get(credentialId)!);
    expect(allowed.reduce((sum, each) => sum + each)).toBe(100);
    expect(admissions.flatMap((each) => each.tripped)).toHaveLength(1);
  });

  it('gives one more for every ten messages that were sent, in whichever process', async () => {
    await afresh();
    await addressed('many', 30);
    const [one, two] = [bench.guards(), bench.guards()];
    await bench.deliver(() => SENT, one);
    expect((await sql('SELECT 1 FROM deletion_guard')).rowCount).toBe(0);
    expect((await admit(two, bench.credentialId(), 100)).allowed.get(bench.credentialId())).toBe(100);
    expect((await admit(one, bench.credentialId(), 3)).allowed.get(bench.credentialId())).toBe(3);
    expect((await admit(one, bench.credentialId(), 1)).tripped).toHaveLength(1);
  });

  it('is as narrow as what has been usual for a week, once that is known', async () => {
    await afresh();
    await sql(
      `INSERT INTO deletion_guard_hour VALUES ($1, now() - interval '2 days', 20000, 20), ($1, now() - interval '9 days', 0, 20000)`,
      [bench.credentialId()],
    );
    await addressed('narrow', 12);
    await bench.deliver(() => gone());
    expect(await statuses('narrow')).toEqual({ 'deleted provider': 10, 'suspect guard': 2 });
  });

  it('is told in the background what was sent, so that it knows what is usual', async () => {
    await afresh();
    const guards = bench.guards();
    await addressed('quiet', 4);
    await bench.deliver(() => SENT, guards);
    await guards.stop();
    expect((await sql('SELECT sent::int, gone::int FROM deletion_guard_hour')).rows).toEqual([{ sent: 4, gone: 0 }]);
    expect((await sql('SELECT 1 FROM deletion_guard')).rowCount).toBe(0);
    await guards.stop();
    expect((await sql('SELECT sent::int FROM deletion_guard_hour')).rows).toEqual([{ sent: 4 }]);
  });

  it('is not asked about what a stranger’s host says of its own devices, and counts nothing of it', async () => {
    await afresh();
    await addressed('stranger', 130);
    await bench.deliver(() => ({ ...gone(), stranger: true }));
    expect(await statuses('stranger')).toEqual({ 'deleted provider': 130 });
    const guards = bench.guards();
    await addressed('taken', 3);
    await bench.deliver(() => ({ ...SENT, stranger: true }), guards);
    await guards.stop();
    expect((await sql('SELECT FROM deletion_guard_hour')).rowCount).toBe(0);
    expect((await sql('SELECT FROM deletion_guard')).rowCount).toBe(0);
  });

  it('lets everything be deleted while it is open, and does not take that for usual', async () => {
    await afresh();
    await sql(
      `INSERT INTO deletion_guard (credential_id, app_id, provider, allowance, open_until) VALUES ($1, $2, 'apns', 0, now() + interval '1 hour')`,
      [bench.credentialId(), bench.appId],
    );
    await addressed('cleaning', 120);
    await bench.deliver(() => gone());
    expect(await statuses('cleaning')).toEqual({ 'deleted provider': 120 });
    expect((await sql('SELECT gone::int FROM deletion_guard_hour')).rows).toEqual([{ gone: 0 }]);
  });
});
