import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { newSchedule, parseId, scheduleChange, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { insertApp, usePostgres } from '@signalbox/testing';
import { Composer } from '../notify/composer.js';
import { TemplateReader } from '../templates/template-reader.js';
import { notificationsById } from '../work/notifications-by-id.js';
import { fireDue } from './fire-due.js';
import { Schedules } from './schedules.js';

describe('firing schedules', () => {
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const sql = async <Row>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;
  let appId: Uuid;
  let cipher: ContentCipher;
  let schedules: Schedules;
  beforeEach(async () => {
    for (const table of ['schedule', 'push_work', 'event_log']) await sql(`DELETE FROM ${table}`);
    appId = await insertApp(postgres.database());
    cipher = new ContentCipher(postgres.database(), envelope);
    schedules = new Schedules(postgres.database(), cipher, new Composer(new TemplateReader(postgres.database())));
  });

  async function make(name: string, options = {}): Promise<Uuid> {
    const body = { to: { userId: 'ann' }, content: { body: `it is ${name}` }, options };
    const asked = newSchedule.parse({ name, cron: '0 0 1 1 *', notification: body });
    return parseId('schedule', (await schedules.create(appId, asked))!.id)!;
  }
  const due = (ago: string) => sql(`UPDATE schedule SET next_at = date_trunc('second', now()) - $1::interval`, [ago]);
  const told = async () =>
    (await sql<{ type: string }>(`SELECT type FROM event_log WHERE type <> 'schedule.changed' ORDER BY type`)).map(
      ({ type }) => type,
    );

  it('accepts what it says, once, however many processes look', async () => {
    const id = await make('nine', { priority: 'bulk', category: 'morning' });
    await make('noon');
    await due('1 s');
    const database = postgres.database();
    const fired = await Promise.all(Array.from({ length: 5 }, () => fireDue(database)));
    expect(fired.flatMap(({ offers }) => offers).map(({ queue }) => queue)).toHaveLength(2);
    expect(await told()).toEqual([
      'notification.accepted',
      'notification.accepted',
      'schedule.fired',
      'schedule.fired',
    ]);
    const [row] = await sql<{ at: Date; next: Date; state: string }>(
      `SELECT last_fired_at AS at, next_at AS next, state FROM schedule WHERE id = $1`,
      [id],
    );
    expect(row).toMatchObject({ state: 'active', at: expect.any(Date) });
    expect(row!.next.toISOString()).toMatch(/^20\d\d-01-01T00:00:00.000Z$/);
    const [item] = await sql<{ n: Uuid }>(
      `SELECT item ->> 'n' AS n FROM push_work, jsonb_array_elements(items) AS item WHERE lane = 'bulk'`,
    );
    const stored = (await notificationsById(database, [item!.n])).get(item!.n)!;
    expect(stored.payload).toMatchObject({ to: { userId: 'ann' }, category: 'morning', schedule: expect.any(String) });
    expect(JSON.parse((await cipher.decrypt(appId, stored.dekId, stored.content)).toString())).toEqual({
      body: 'it is nine',
    });
    await fireDue(database);
    expect(await told()).toHaveLength(4);
  });

  it('never sends one occurrence twice, though a clock is behind and the schedule was changed', async () => {
    const id = await make('often');
    await due('1 s');
    await fireDue(postgres.database());
    const [row] = await sql<{ at: Date }>('SELECT last_fired_at AS at FROM schedule WHERE id = $1', [id]);
    await sql(`UPDATE schedule SET last_fired_at = now() + interval '90 s' WHERE id = $1`, [id]);
    const changed = await schedules.change(appId, id, { cron: '* * * * *' });
    expect(Date.parse(changed!.nextAt!)).toBeGreaterThan(row!.at.getTime() + 90_000);
  });

  it('is not kept from it by a change of what is sent, and tells what a change of the times keeps from being sent', async () => {
    const id = await make('changed');
    await due('1 s');
    const [before] = await sql<{ at: Date }>('SELECT next_at AS at FROM schedule');
    const notification = { to: { userId: 'bob' }, content: { body: 'other words' }, options: {} };
    const change = scheduleChange.parse({ notification, timeZone: 'UTC', startAt: null });
    const changed = await schedules.change(appId, id, change);
    expect(changed).toMatchObject({ state: 'active', nextAt: before!.at.toISOString() });
    await fireDue(postgres.database());
    expect(await told()).toEqual(['notification.accepted', 'schedule.fired']);
    await sql('UPDATE schedule SET next_at = $1', [before!.at]);
    await schedules.change(appId, id, { cron: '0 12 1 1 *' });
    await fireDue(postgres.database());
    expect(await told()).toEqual(['notification.accepted', 'schedule.fired', 'schedule.missed']);
    const [missed] = await sql<{ payload: object }>(`SELECT payload FROM event_log WHERE type = 'schedule.missed'`);
    const at = before!.at.toISOString();
    expect(missed!.payload).toEqual({ name: 'changed', from: at, to: at });
  });

  it('does not make up for what is more than an hour ago, and says so', async () => {
    await make('late');
    await due('2 hours');
    await fireDue(postgres.database());
    expect(await told()).toEqual(['schedule.missed']);
  });

  it('sends nothing of what is paused, and ends with its last time', async () => {
    const paused = await make('paused');
    await schedules.pause(appId, paused);
    const last = await make('last');
    await sql(`UPDATE schedule SET next_at = now(), end_at = now() + interval '1 s' WHERE id = $1`, [last]);
    await fireDue(postgres.database());
    expect(await told()).toEqual(['notification.accepted', 'schedule.fired']);
    expect(await schedules.find(appId, last)).toMatchObject({ state: 'ended', nextAt: null });
    expect(await schedules.resume(appId, paused)).toMatchObject({ state: 'active', nextAt: expect.any(String) });
  });

  it('takes many at a time', async () => {
    await make('first');
    await sql(
      `INSERT INTO schedule SELECT gen_random_uuid(), app_id, 'copy-' || n, cron, time_zone, start_at, end_at, "to", recipients, options, template,
         content, dek_id, state, next_at FROM schedule, generate_series(1, 149) AS n`,
    );
    await due('1 s');
    const steps = [await fireDue(postgres.database()), await fireDue(postgres.database())];
    expect(steps.map(({ isAll }) => isAll)).toEqual([false, true]);
    expect(await told()).toHaveLength(300);
  });
});
