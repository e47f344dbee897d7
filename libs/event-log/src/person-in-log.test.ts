import { describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid, type Uuid } from '@signalbox/contracts';
import { insertApp, usePostgres } from '@signalbox/testing';
import { append } from './append.js';
import { findPersonInLog, redactLog } from './person-in-log.js';

const postgres = usePostgres();
const database = () => postgres.database();

async function openRequest(appId: Uuid, kind: 'erasure' | 'export' = 'erasure'): Promise<Uuid> {
  const id = newUuid();
  await database().query(
    `INSERT INTO data_request (id, app_id, kind, user_id, person, pseudonym, asked_by, services, due_at, ticket_hash)
     VALUES ($1, $2, $3, 'ann', $4, 'erased_x', 'operator', '{push}', now(), $5)`,
    [id, appId, kind, `person_${id}`, Buffer.from(id)],
  );
  return id;
}

async function accepted(appId: Uuid, to: object): Promise<Uuid> {
  const fact = { appId, type: 'notification.accepted' as const, subject: 'ntf_1', data: { to } };
  return (await append(database(), [{ ...fact, content: Buffer.from('secret'), dekId: newUuid() }]))[0]!;
}

const redact = (erasure: Uuid, id: Uuid) =>
  database().transaction((tx) =>
    redactLog(tx, erasure, [{ id, payload: { to: { userId: 'erased_x' } }, emptied: true }]),
  );

describe('finding a person in the log', () => {
  it('finds what names the user, and nobody else’s facts', async () => {
    const appId = await insertApp(database());
    const [mine, shared] = [
      await accepted(appId, { userId: 'ann' }),
      await accepted(appId, { userIds: ['bob', 'ann'] }),
    ];
    await accepted(appId, { userId: 'bob' });
    await accepted(await insertApp(database()), { userId: 'ann' });
    const phone = await accepted(appId, { installationId: 'phone' });
    const search = {
      appId,
      types: ['notification.accepted'],
      users: ['ann'],
      things: ['phone'],
      after: firstUuidAt(0),
    };
    const { facts, next } = await findPersonInLog(database(), search);
    expect(facts.map(({ id }) => id)).toEqual([mine, shared, phone]);
    expect(next).toBeUndefined();
    expect((await findPersonInLog(database(), { ...search, types: ['device.removed'] })).facts).toEqual([]);
  });

  it('goes through a long log slice by slice', async () => {
    const appId = await insertApp(database());
    const facts = Array.from({ length: 12_000 }, (_, n) => ({
      appId,
      type: 'payment.canceled' as const,
      subject: 'pay_1',
      data: { userId: n % 4_000 === 0 ? 'ann' : 'bob' },
    }));
    await append(database(), facts);
    const found: Uuid[] = [];
    let slices = 0;
    for (let after: Uuid | undefined = appId; after !== undefined; slices += 1) {
      const page = await findPersonInLog(database(), {
        appId,
        types: ['payment.canceled'],
        users: ['ann'],
        things: [],
        after,
      });
      found.push(...page.facts.map(({ id }) => id));
      after = page.next;
    }
    expect(found).toHaveLength(3);
    expect(slices).toBe(3);
  });
});

describe('the log is append-only', () => {
  it('but for an open erasure of its app, which takes content out and leaves the place in the feed', async () => {
    const appId = await insertApp(database());
    const [erasure, id] = [await openRequest(appId), await accepted(appId, { userId: 'ann' })];
    const before = (await database().query('SELECT id, type, subject, xid, at FROM event_log WHERE id = $1', [id]))
      .rows;
    await redact(erasure, id);
    const { rows } = await database().query('SELECT payload, content, dek_id FROM event_log WHERE id = $1', [id]);
    expect(rows).toEqual([{ payload: { to: { userId: 'erased_x' } }, content: null, dek_id: null }]);
    expect(
      (await database().query('SELECT id, type, subject, xid, at FROM event_log WHERE id = $1', [id])).rows,
    ).toEqual(before);
  });

  it.each([
    ['without a request', async () => newUuid()],
    ['for another app’s erasure', async () => openRequest(await insertApp(database()))],
    ['for an export', async (appId: Uuid) => openRequest(appId, 'export')],
    [
      'for an erasure that has ended',
      async (appId: Uuid) => {
        const id = await openRequest(appId);
        await database().query(
          `UPDATE data_request SET state = 'done', user_id = NULL, ended_at = now() WHERE id = $1`,
          [id],
        );
        return id;
      },
    ],
  ])('%s: nothing changes', async (_why, request) => {
    const appId = await insertApp(database());
    const [erasure, id] = [await request(appId), await accepted(appId, { userId: 'ann' })];
    await expect(redact(erasure, id)).rejects.toMatchObject({ code: '23001' });
  });

  it.each([
    `UPDATE event_log SET payload = '{}' WHERE id = $1`,
    `UPDATE event_log SET content = NULL WHERE id = $1`,
    `UPDATE event_log SET at = now() + interval '1 day' WHERE id = $1`,
  ])('%s is refused', async (statement) => {
    const appId = await insertApp(database());
    await openRequest(appId);
    const id = await accepted(appId, { userId: 'ann' });
    await expect(database().query(statement, [id])).rejects.toMatchObject({ code: '23001' });
  });

  it('also an erasure changes nothing else of a row', async () => {
    const appId = await insertApp(database());
    const [erasure, id] = [await openRequest(appId), await accepted(appId, { userId: 'ann' })];
    const change = (set: string) =>
      database().transaction(async (tx) => {
        await tx.query(`SELECT set_config('signalbox.erasure', $1, true)`, [erasure]);
        await tx.query(`UPDATE event_log SET ${set} WHERE id = $1`, [id]);
      });
    for (const set of [`type = 'payment.succeeded'`, `subject = 'x'`, `content = 'other'`, `xid = '1'::xid8`]) {
      await expect(change(set)).rejects.toMatchObject({ code: '23001' });
    }
  });
});
