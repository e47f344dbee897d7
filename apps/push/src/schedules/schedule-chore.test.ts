import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newSchedule, parseId, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { createLogger } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { Composer } from '../notify/composer.js';
import { TemplateReader } from '../templates/template-reader.js';
import { fireDue } from './fire-due.js';
import { scheduleChore } from './schedule-chore.js';
import { Schedules } from './schedules.js';

describe('schedules of which some cannot be fired', () => {
  const postgres = usePostgres();
  const sql = async <Row>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;

  it('do not keep the others from being sent, are named, and stay as they are', async () => {
    const [database, logLines, offers] = [postgres.database(), [] as string[], [] as unknown[]];
    const appId = await insertApp(database);
    const cipher = new ContentCipher(
      database,
      new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') })),
    );
    const schedules = new Schedules(database, cipher, new Composer(new TemplateReader(database)));
    const ids: Uuid[] = [];
    for (const name of ['first', 'torn', 'between', 'twice', 'last']) {
      const notification = { to: { userId: 'ann' }, content: { body: name } };
      const asked = newSchedule.parse({ name, cron: '0 0 1 1 *', notification });
      ids.push(parseId('schedule', (await schedules.create(appId, asked))!.id)!);
    }
    const firstAt = Math.floor(Date.now() / 1_000) * 1_000 - 10_000;
    const times = ids.map((_, place) => new Date(firstAt + place * 1_000));
    const due = (place: number) => sql('UPDATE schedule SET next_at = $2 WHERE id = $1', [ids[place], times[place]]);
    await due(3);
    await fireDue(database);
    for (const place of ids.keys()) await due(place);
    // One that nobody can tell the time of, and one that the log has at this very time.
    const broken = [ids[1], ids[3]];
    await sql(`UPDATE schedule SET time_zone = 'Nowhere/AtAll' WHERE id = $1`, [ids[1]]);
    const before = await sql('SELECT * FROM schedule WHERE id = ANY ($1) ORDER BY id', [broken]);

    const logger = createLogger('push', 'warn', { write: (line) => logLines.push(line) });
    const chore = scheduleChore(database, (made) => offers.push(...made), logger);
    chore.start();
    await eventually(() => expect(logLines).toHaveLength(2));
    await chore.stop();
    const fired = await sql<{ name: string }>(
      `SELECT payload ->> 'name' AS name FROM event_log WHERE type = 'schedule.fired' ORDER BY 1`,
    );
    expect(fired.map(({ name }) => name)).toEqual(['between', 'first', 'last', 'twice']);
    expect(offers).toHaveLength(3);
    const named = logLines.map((line) => parseId('schedule', (JSON.parse(line) as { schedule: string }).schedule));
    expect(named).toEqual(broken);
    expect(await sql('SELECT * FROM schedule WHERE id = ANY ($1) ORDER BY id', [broken])).toEqual(before);
  });
});
