import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  formatId,
  newSchedule,
  type KeptData,
  type NotificationAccepted,
  newUuid,
  userPreferences,
  type Uuid,
} from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { type PersonalDataAnswers, pseudonymOf, subjectOf } from '@signalbox/personal-data';
import { createLogger } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { Composer } from '../notify/composer.js';
import { Preferences } from '../policy/preferences.js';
import { Schedules } from '../schedules/schedules.js';
import { TemplateReader } from '../templates/template-reader.js';
import { pushWork } from '../work/push-work.js';
import { pushPersonalData } from './push-personal-data.js';

let answers: PersonalDataAnswers;
afterAll(() => answers.stop());
// A request goes through several slices, on a machine that may be busy.
jest.setTimeout(30_000);
const postgres = usePostgres();
const database = () => postgres.database();
const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
let cipher: ContentCipher;

beforeAll(() => {
  cipher = new ContentCipher(database(), envelope);
  answers = pushPersonalData({ database: database(), envelope, cipher, logger: createLogger('push', 'silent') });
  answers.start();
});

const sql = async <Row>(text: string, params: unknown[] = []) => (await database().query<Row>(text, params)).rows;

async function device(appId: Uuid, userId: string, status = 'active'): Promise<Uuid> {
  const id = newUuid();
  await sql(
    `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, status)
     VALUES ($1, $2, $3, $4, 'ios', 'apns', $5, 'production', $6)`,
    [id, appId, `phone-${id}`, userId, `token-${id}`, status],
  );
  return id;
}

/** Accepted, and not routed yet. */
async function waiting(appId: Uuid, to: NotificationAccepted['to']): Promise<Uuid> {
  const [id, root] = [newUuid(), newUuid()];
  const content = await cipher.encrypt(appId, Buffer.from(JSON.stringify({ body: 'a secret sentence' })));
  const data: NotificationAccepted = {
    ...{ root, lane: 'bulk', to, expiresAt: '2036-01-01T00:00:00.000Z' },
    collapseKey: 'chat with Ann',
  };
  const subject = formatId('notification', id);
  await append(database(), [{ id, appId, type: 'notification.accepted', subject, data, ...content }]);
  const queue = 'push.route.bulk' as const;
  await pushWork.enqueue(database(), [{ id: root, rootId: root, queue, lane: 'bulk', items: [{ n: id }] }]);
  return id;
}

interface Step {
  readonly counts: Record<string, number>;
  readonly kept: KeptData[];
}

async function erase(appId: Uuid, userId: string): Promise<{ step: Step; pseudonym: string }> {
  const id = newUuid();
  await database().transaction(async (tx) => {
    await tx.query(
      `INSERT INTO data_request (id, app_id, kind, user_id, person, pseudonym, asked_by, services, due_at, ticket_hash)
       VALUES ($1, $2, 'erasure', $3, $3, $4, 'operator', '{push}', now(), $5)`,
      [id, appId, userId, pseudonymOf(id), Buffer.from(id)],
    );
    await append(tx, [{ appId, type: 'user.erasure_requested', ...subjectOf({ requestId: id, userId }) }]);
  });
  const step = await eventually(
    async () => {
      const [row] = await sql<Step>(
        `SELECT counts, kept FROM data_request_step WHERE request_id = $1 AND state = 'done'`,
        [id],
      );
      expect(row).toBeDefined();
      return row!;
    },
    { within: 20_000 },
  );
  return { step, pseudonym: pseudonymOf(id) };
}

const notification = async (id: Uuid) =>
  (
    await sql<{ payload: NotificationAccepted; content: Buffer | null }>(
      'SELECT payload, content FROM event_log WHERE id = $1',
      [id],
    )
  )[0]!;

describe('a user who is erased at push', () => {
  it('loses devices in any status, of this app alone', async () => {
    const [appId, other] = [await insertApp(database()), await insertApp(database())];
    await device(appId, 'ann');
    await device(appId, 'ann', 'deleted');
    const [kept, foreign] = [await device(appId, 'bob'), await device(other, 'ann')];
    const { step } = await erase(appId, 'ann');
    expect(step.counts).toEqual({ devices: 2 });
    const left = await sql<{ id: Uuid }>('SELECT id FROM device ORDER BY id');
    expect(left.map(({ id }) => id)).toEqual([kept, foreign].sort());
  });

  it('loses a device too that was signed out of them, unless somebody else has it since', async () => {
    const appId = await insertApp(database());
    const [signedOut, handedOn] = [await device(appId, 'ann'), await device(appId, 'bob')];
    await sql(`UPDATE device SET user_id = NULL, signed_out_user_id = 'ann', signed_out_at = now() WHERE id = $1`, [
      signedOut,
    ]);
    const { step } = await erase(appId, 'ann');
    expect(step.counts).toEqual({ devices: 1 });
    expect(await sql('SELECT id FROM device WHERE app_id = $1', [appId])).toEqual([{ id: handedOn }]);
  });

  it('gets nothing that waits for them, and the text of it is gone', async () => {
    const appId = await insertApp(database());
    const id = await waiting(appId, { userId: 'ann' });
    const { step, pseudonym } = await erase(appId, 'ann');
    expect(step.counts).toMatchObject({ notifications: 1, 'notifications that waited': 1 });
    expect(await notification(id)).toMatchObject({ payload: { to: { userId: pseudonym } }, content: null });
    expect((await notification(id)).payload).not.toHaveProperty('collapseKey');
    expect(await sql('SELECT FROM push_work')).toEqual([]);
    const cancelled = await sql(`SELECT FROM event_log WHERE subject = $1 AND type = 'notification.cancelled'`, [
      formatId('notification', id),
    ]);
    expect(cancelled).toHaveLength(1);
  });

  it('leaves what others wait for as it is, until the last of them is erased', async () => {
    const appId = await insertApp(database());
    const id = await waiting(appId, { userIds: ['ann', 'bob'] });
    const first = await erase(appId, 'ann');
    expect(first.step.kept).toMatchObject([{ count: 1 }]);
    const between = await notification(id);
    expect(between.payload.to).toEqual({ userIds: [first.pseudonym, 'bob'] });
    expect(between.payload.collapseKey).toBe('chat with Ann');
    expect(between.content).not.toBeNull();
    expect(await sql('SELECT FROM push_work')).toHaveLength(1);
    const second = await erase(appId, 'bob');
    expect(second.step.kept).toEqual([]);
    expect((await notification(id)).content).toBeNull();
  });

  it('is sent nothing again and again, while others are who get the same', async () => {
    const appId = await insertApp(database());
    await device(appId, 'ann');
    const schedules = new Schedules(database(), cipher, new Composer(new TemplateReader(database())));
    const [phone] = await sql<{ id: string }>('SELECT installation_id AS id FROM device WHERE app_id = $1', [appId]);
    const recipients = {
      own: { userId: 'ann' },
      phone: { installationId: phone!.id },
      both: { userIds: ['ann', 'bob'] },
    };
    const broadcast = { to: { everyone: true }, content: { body: 'sale' } };
    await schedules.create(appId, newSchedule.parse({ name: 'all', cron: '0 9 * * *', broadcast }));
    for (const [name, to] of Object.entries({ ...recipients, other: { userId: 'bob' } })) {
      const notification = { to, content: { body: 'a secret sentence' } };
      await schedules.create(appId, newSchedule.parse({ name, cron: '0 9 * * *', notification }));
    }
    const { step } = await erase(appId, 'ann');
    expect(step.counts).toMatchObject({ schedules: 3 });
    const { items } = await schedules.list(appId, undefined, 10);
    expect(items.map(({ name, notification, broadcast }) => [name, (notification ?? broadcast)!['to']])).toEqual([
      ['all', { everyone: true }],
      ['both', { userIds: ['bob'] }],
      ['other', { userId: 'bob' }],
    ]);
  });

  it('loses what they said and what was counted for them, and is taken out of what was put off for several', async () => {
    const appId = await insertApp(database());
    const [phone, id] = [await device(appId, 'ann'), await waiting(appId, { userIds: ['ann', 'bob'] })];
    await new Preferences(database()).put(appId, 'ann', userPreferences.parse({ timeZone: 'Asia/Tokyo' }), 'user');
    const subjects = ['user:ann', `device:${phone}`, 'user:bob'];
    await sql(
      `INSERT INTO frequency_meter (app_id, subject, category) SELECT $1, subject, 'news' FROM unnest($2::text[]) AS s (subject)`,
      [appId, subjects],
    );
    const { root } = (await notification(id)).payload;
    const parts = [
      { n: id, u: 'ann' },
      { n: id, u: 'bob' },
    ];
    await sql('UPDATE push_work SET items = $2::jsonb WHERE id = $1', [root, JSON.stringify(parts)]);
    const { step, pseudonym } = await erase(appId, 'ann');
    expect(step.counts).toMatchObject({ preferences: 1, 'frequency meters': 2 });
    expect(await sql('SELECT user_id FROM push_user WHERE app_id = $1', [appId])).toEqual([]);
    expect(await sql('SELECT subject FROM frequency_meter WHERE app_id = $1', [appId])).toEqual([
      { subject: 'user:bob' },
    ]);
    expect(await sql('SELECT items FROM push_work WHERE id = $1', [root])).toEqual([{ items: [{ n: id, u: 'bob' }] }]);
    const facts = await sql(
      `SELECT payload ->> 'userId' AS who FROM event_log WHERE app_id = $1 AND type = 'preferences.changed'`,
      [appId],
    );
    expect(facts).toEqual([{ who: pseudonym }]);
  });

  it('loses what their phones subscribed to', async () => {
    const appId = await insertApp(database());
    const [phone, other] = [await device(appId, 'ann'), await device(appId, 'bob')];
    await sql(
      `INSERT INTO topic_subscription (app_id, topic, device_id) SELECT $1, 'sports', id FROM unnest($2::uuid[]) AS d (id)`,
      [appId, [phone, other]],
    );
    const { step } = await erase(appId, 'ann');
    expect(step.counts).toEqual({ devices: 1, topics: 1 });
    expect(await sql('SELECT device_id AS id FROM topic_subscription WHERE app_id = $1', [appId])).toEqual([
      { id: other },
    ]);
  });

  it('is opted out for as long as they have a device', async () => {
    const appId = await insertApp(database());
    await device(appId, 'ann');
    await new Preferences(database()).put(appId, 'ann', userPreferences.parse({ choices: { '*': 'out' } }), 'user');
    await sql(`CREATE FUNCTION refuse_while_devices() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT FROM device WHERE app_id = OLD.app_id AND user_id = OLD.user_id) THEN RAISE 'a device is left'; END IF;
      RETURN OLD; END $$`);
    await sql('CREATE TRIGGER watch BEFORE DELETE ON push_user FOR EACH ROW EXECUTE FUNCTION refuse_while_devices()');
    const { step } = await erase(appId, 'ann');
    expect(step.counts).toMatchObject({ devices: 1, preferences: 1 });
  });

  it('has their dead letters put away, and what providers and operators said of them forgotten', async () => {
    const appId = await insertApp(database());
    const [phone, id] = [await device(appId, 'ann'), await waiting(appId, { userId: 'ann' })];
    const about = [id, appId, id, phone];
    await sql(
      `INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, raw, received_at)
       VALUES ($1, $2, $3, $4, 'apns', 'dead', 1, '{"said": "hello Ann"}', now())`,
      about,
    );
    const letter = `INSERT INTO dead_letter (id, app_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt, resolution, resolved_at, note)
      VALUES ($1, $2, $3, $4, $1, 'apns', 'push.apns.bulk', 'bulk', 'x', 1, $5, $6, $7)`;
    await sql(letter, [...about, null, null, null]);
    await sql(letter, [newUuid(), appId, newUuid(), phone, 'discarded', new Date(), 'Ann called']);
    const bobs = await device(appId, 'bob');
    await sql(letter, [newUuid(), appId, newUuid(), bobs, null, null, null]);
    await sql(letter, [newUuid(), appId, newUuid(), bobs, null, null, null]);
    await sql(`UPDATE dead_letter SET user_id = 'ann' WHERE id = (SELECT max(id::text)::uuid FROM dead_letter)`);
    await erase(appId, 'ann');
    expect(await sql('SELECT raw, received_at FROM delivery WHERE app_id = $1', [appId])).toEqual([
      { raw: null, received_at: null },
    ]);
    const letters = await sql<{ resolution: string; note: string | null }>(
      'SELECT resolution, note, user_id AS "user" FROM dead_letter WHERE app_id = $1 ORDER BY id',
      [appId],
    );
    expect(letters).toEqual([
      { resolution: 'discarded', note: 'the user was erased', user: null },
      { resolution: 'discarded', note: '', user: null },
      { resolution: null, note: null, user: null },
      { resolution: 'discarded', note: 'the user was erased', user: null },
    ]);
  });
});
