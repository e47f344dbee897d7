import { afterAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Quotas, type Uuid } from '@signalbox/contracts';
import { Problem } from '@signalbox/http';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import { QuotaLots } from './quota-lots.js';
import { Quotas as QuotasOfApps } from './quotas.js';

describe('the quotas of an app', () => {
  const processes: QuotaLots[] = [];
  afterAll(() => Promise.all(processes.map((each) => each.stop())));
  const postgres = usePostgres();
  const clock = { now: Date.now() };
  const newProcess = (): QuotaLots => {
    const lots = new QuotaLots(postgres.database(), createLogger('test', 'silent'), () => clock.now);
    processes.push(lots);
    return lots;
  };
  const isTaken = async (lots: QuotaLots, app: Uuid, quotas: Quotas): Promise<boolean> => {
    const taken = lots.take(app, quotas);
    return taken === true || (await taken) === undefined;
  };
  const usedOf = async (app: Uuid) =>
    (
      await postgres
        .database()
        .query('SELECT taken::int, taken_today::int AS today FROM notification_usage WHERE app_id = $1', [app])
    ).rows[0];

  it('are never exceeded and used to the last one, by however many processes and in whatever order', async () => {
    const [one, another, third] = [newProcess(), newProcess(), newProcess()];
    await fc.assert(
      fc.asyncProperty(
        fc.record({ day: fc.integer({ min: 0, max: 400 }), month: fc.integer({ min: 0, max: 400 }) }),
        fc.array(fc.record({ who: fc.constantFrom(one, another, third), asked: fc.integer({ min: 1, max: 90 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        async ({ day, month }, requests) => {
          const [app, quotas] = [newUuid(), { notificationsPerDay: day, notificationsPerMonth: month }];
          const rounds = await Promise.all(
            requests.map(({ who, asked }) =>
              Promise.all(Array.from({ length: asked }, () => isTaken(who, app, quotas))),
            ),
          );
          const taken = rounds.flat().filter(Boolean).length;
          const wanted = requests.reduce((sum, { asked }) => sum + asked, 0);
          expect(taken).toBeLessThanOrEqual(Math.min(day, month));
          // What is left lies with others, and less and less of it: an eighth of the rest is the most that one is given.
          if (wanted < Math.min(day, month) / 2) expect(taken).toBe(wanted);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('have what was not used again when a process stops', async () => {
    const [app, lots] = [newUuid(), newProcess()];
    const quotas = { notificationsPerDay: 10_000 };
    for (let time = 0; time < 7; time += 1) expect(await isTaken(lots, app, quotas)).toBe(true);
    lots.putBack(app, lots.today);
    expect(await usedOf(app)).toEqual({ taken: 100, today: 100 });
    await lots.stop();
    expect(await usedOf(app)).toEqual({ taken: 6, today: 6 });
  });

  it('begin anew with the day: what was taken yesterday is neither spent nor put back today', async () => {
    const [app, lots] = [newUuid(), newProcess()];
    const quotas = { notificationsPerDay: 3 };
    const today = lots.today;
    for (const isThere of [true, true, true, false]) expect(await isTaken(lots, app, quotas)).toBe(isThere);
    // A day passes, in the database as well.
    await postgres.database().query('UPDATE notification_usage SET day = day - 1 WHERE app_id = $1', [app]);
    const another = newProcess();
    for (const isThere of [true, true, true, false]) expect(await isTaken(another, app, quotas)).toBe(isThere);
    another.putBack(app, '2020-01-01');
    expect(await isTaken(another, app, quotas)).toBe(false);
    another.putBack(app, today);
    expect(another.take(app, quotas)).toBe(true);
    expect(await usedOf(app)).toEqual({ taken: 6, today: 3 });
  });

  it('go on with the day when a statement comes late: what began before midnight counts for the day that is there', async () => {
    const [app, lots] = [newUuid(), newProcess()];
    const quotas = { notificationsPerDay: 3 };
    for (const isThere of [true, true, true, false]) expect(await isTaken(lots, app, quotas)).toBe(isThere);
    // Another process has begun with tomorrow, and by the clock of this one's statements it is still today.
    await postgres.database().query('UPDATE notification_usage SET day = day + 1 WHERE app_id = $1', [app]);
    expect(await isTaken(newProcess(), app, quotas)).toBe(false);
    expect(await usedOf(app)).toEqual({ taken: 3, today: 3 });
  });

  it('are told with the end of the day that was refused, and asked for again when our day is another', async () => {
    const [app, lots] = [newUuid(), newProcess()];
    const quotas = { notificationsPerDay: 1 };
    const spending = new QuotasOfApps(postgres.database(), lots, {
      of: () => ({ requests: {}, keys: {}, quotas }),
      generation: 0,
    });
    const accepted = { kind: 'accepted', id: newUuid() } as const;
    const send = () =>
      spending.spend(
        app,
        async () => accepted,
        async () => undefined,
      );
    const startedAt = clock.now;
    try {
      clock.now -= 86_400_000;
      expect(await send()).toBe(accepted);
      // By Postgres' clock the refusal is of tomorrow, which ends in more than a day.
      await postgres.database().query('UPDATE notification_usage SET day = day + 1 WHERE app_id = $1', [app]);
      const refusal = await send().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Problem);
      expect(Number((refusal as Problem).headers['retry-after'])).toBeGreaterThan(86_400);
      await postgres.database().query('UPDATE notification_usage SET day = day - 2 WHERE app_id = $1', [app]);
      await expect(send()).rejects.toThrow(Problem);
      clock.now = startedAt;
      expect(await send()).toBe(accepted);
    } finally {
      clock.now = startedAt;
    }
  });

  it('are in force from the next notification on when they are changed: a lot that was taken by others goes back', async () => {
    const [app, lots] = [newUuid(), newProcess()];
    const take = (notificationsPerDay: number) => isTaken(lots, app, { notificationsPerDay });
    for (let time = 0; time < 7; time += 1) expect(await take(50_000)).toBe(true);
    expect(await usedOf(app)).toEqual({ taken: 500, today: 500 });
    expect(await take(0)).toBe(false);
    expect(await usedOf(app)).toEqual({ taken: 7, today: 7 });
    expect(await Promise.all([9, 9, 9].map(take))).toEqual([true, true, false]);
    // Raised again: nobody waits for what was refused before.
    expect(await take(10)).toBe(true);
    expect(await usedOf(app)).toEqual({ taken: 10, today: 10 });
  });
});
