import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newSchedule, parseId, scheduleChange, timeOfUuid, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { insertApp, usePostgres } from '@signalbox/testing';
import { Segments } from '../audiences/segments.js';
import { Composer } from '../notify/composer.js';
import { TemplateReader } from '../templates/template-reader.js';
import { fireDue } from './fire-due.js';
import { Schedules } from './schedules.js';

const PACING = { maxPerSecond: 50, rampSeconds: 0, avoidQuarterHours: false };

describe('a broadcast again and again', () => {
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;
  let appId: Uuid;
  let cipher: ContentCipher;
  let schedules: Schedules;
  let segments: Segments;
  beforeEach(async () => {
    const database = postgres.database();
    for (const table of ['schedule', 'push_work', 'event_log', 'broadcast']) await sql(`DELETE FROM ${table}`);
    appId = await insertApp(database);
    cipher = new ContentCipher(database, envelope);
    schedules = new Schedules(database, cipher, new Composer(new TemplateReader(database)));
    segments = new Segments(database);
    await segments.put(appId, 'readers', { device: 'language', is: 'de' });
  });

  const saying = (body: string) => ({ to: { segment: 'readers' }, content: { body }, pacing: PACING });
  async function make(name: string, broadcast: object = saying(name)): Promise<Uuid> {
    const asked = newSchedule.parse({ name, cron: '0 0 1 1 *', broadcast });
    return parseId('schedule', (await schedules.create(appId, asked))!.id)!;
  }
  const makeDue = () => sql(`UPDATE schedule SET next_at = date_trunc('second', now()) - interval '1 s'`);
  const facts = (type: string) =>
    sql<{ id: Uuid; payload: Record<string, unknown>; content: Buffer; dekId: Uuid }>(
      `SELECT id, payload, content, dek_id AS "dekId" FROM event_log WHERE type = $1 ORDER BY xid, id`,
      [type],
    );
  const begun = () =>
    sql<{ id: Uuid; audience: { version: number }; pacing: object; state: string }>(
      'SELECT id, audience, pacing, state FROM broadcast ORDER BY id',
    );

  it('begins once for each occurrence, however many processes look, with what its segment means by then', async () => {
    const schedule = await make('sale');
    await makeDue();
    const fired = await Promise.all(Array.from({ length: 5 }, () => fireDue(postgres.database())));
    expect(fired.flatMap(({ offers }) => offers).map(({ queue }) => queue)).toEqual(['push.broadcast.bulk']);
    const [first] = await begun();
    const filter = { device: 'language', is: 'de' };
    expect(first).toMatchObject({ state: 'scheduled', pacing: PACING });
    expect(first!.audience).toEqual({ segment: 'readers', version: 1, filter });

    const [accepted] = await facts('notification.accepted');
    const of = formatId('schedule', schedule);
    expect(accepted).toMatchObject({
      id: first!.id,
      payload: { root: first!.id, to: { segment: 'readers' }, schedule: of },
    });
    const words = await cipher.decrypt(appId, accepted!.dekId, accepted!.content);
    expect(JSON.parse(words.toString())).toEqual({ body: 'sale' });
    const [told] = await facts('schedule.fired');
    expect(told!.payload).toMatchObject({ broadcastId: formatId('broadcast', first!.id) });
    const after = timeOfUuid(first!.id) - Date.parse(told!.payload['at'] as string);
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThan(1_000);
    expect(await sql('SELECT root_id AS root, items FROM push_work')).toEqual([
      { root: first!.id, items: [{ b: first!.id }] },
    ]);

    await segments.put(appId, 'readers', { device: 'language', is: 'fr' });
    await sql(`UPDATE schedule SET next_at = date_trunc('second', now())`);
    await fireDue(postgres.database());
    expect((await begun()).map(({ audience }) => audience.version)).toEqual([1, 2]);
  });

  it('of a segment that is gone is told as missed, and everything else goes on', async () => {
    await make('sale');
    await make('all', { to: { everyone: true }, content: { body: 'all' } });
    const body = { to: { userId: 'ann' }, content: { body: 'it is nine' } };
    await schedules.create(appId, newSchedule.parse({ name: 'nine', cron: '0 0 1 1 *', notification: body }));
    await segments.remove(appId, 'readers');
    await makeDue();
    expect((await fireDue(postgres.database())).offers).toHaveLength(2);
    const missed = await facts('schedule.missed');
    expect(missed.map(({ payload }) => payload)).toMatchObject([{ name: 'sale', reason: 'no_such_segment' }]);
    expect(missed[0]!.payload['from']).toBe(missed[0]!.payload['to']);
    expect((await facts('schedule.fired')).map(({ payload }) => payload['name']).toSorted()).toEqual(['all', 'nine']);
    expect(await begun()).toMatchObject([{ audience: { everyone: true } }]);
    const rows = await sql(
      'SELECT name, last_fired_at IS NULL AS "isUnsent", next_at > now() AS "isLater" FROM schedule ORDER BY name',
    );
    expect(rows).toEqual([
      { name: 'all', isUnsent: false, isLater: true },
      { name: 'nine', isUnsent: false, isLater: true },
      { name: 'sale', isUnsent: true, isLater: true },
    ]);
  });

  it('is refused where it could never be sent, and stays a broadcast', async () => {
    const pointers = async (work: Promise<unknown>) => {
      const error = await work.catch((problem: unknown) => problem);
      return (error as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
    };
    expect(await pointers(make('x', { to: { segment: 'nobody' }, content: { body: 'x' } }))).toEqual([
      '/broadcast/to/segment',
    ]);
    expect(await pointers(make('x', { ...saying('x'.repeat(5_000)) }))).toEqual(['/broadcast/content']);
    const id = await make('sale');
    const change = (asked: object) => schedules.change(appId, id, scheduleChange.parse(asked));
    const notification = { to: { userId: 'ann' }, content: { body: 'x' } };
    expect(await pointers(change({ notification }))).toEqual(['/notification']);
    expect(await change({ broadcast: { to: { topic: 'golf' }, content: { body: 'tee' } } })).toMatchObject({
      broadcast: { to: { topic: 'golf' }, content: { body: 'tee' }, pacing: { maxPerSecond: 10_000 } },
    });
    expect(await schedules.find(appId, id)).not.toHaveProperty('notification');
    const both = { name: 'b', cron: '* * * * *', notification, broadcast: saying('x') };
    for (const asked of [both, { name: 'b', cron: '* * * * *' }]) {
      expect(newSchedule.safeParse(asked).error?.issues).toMatchObject([{ path: [] }]);
    }
    const later = { ...saying('x'), options: { sendAt: '2026-12-24T18:00:00Z' } };
    const issues = newSchedule.safeParse({ ...both, notification: undefined, broadcast: later }).error?.issues;
    expect(issues).toMatchObject([{ path: ['broadcast', 'options', 'sendAt'] }]);
  });
});
