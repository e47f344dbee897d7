import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { createLogger } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { type AnswerOptions, answerPersonalDataRequests, type PersonalDataAnswers } from './answer.js';
import { type ExportPart, exportParts } from './export-parts.js';
import type { Holding } from './holding.js';
import { pseudonymOf } from './person-key.js';
import { subjectOf } from './subject.js';

const postgres = usePostgres();
const database = () => postgres.database();
const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));

const running: PersonalDataAnswers[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((answers) => answers.stop()));
  // A service that starts takes part in whatever is open.
  await database().query(
    `UPDATE data_request SET state = 'done', user_id = NULL, ended_at = now() WHERE state = 'open'`,
  );
});

function answer(service: string, holdings: readonly Holding[], more: Partial<AnswerOptions> = {}): PersonalDataAnswers {
  const logger = createLogger('test', 'silent');
  const answers = answerPersonalDataRequests({ service, database: database(), envelope, holdings, logger, ...more });
  running.push(answers);
  answers.start();
  return answers;
}

async function request(
  kind: 'erasure' | 'export',
  service: string,
  userId = 'ann',
): Promise<{ id: Uuid; appId: Uuid }> {
  const [id, appId] = [newUuid(), await insertApp(database())];
  await database().transaction(async (tx) => {
    await tx.query(
      `INSERT INTO data_request (id, app_id, kind, user_id, person, pseudonym, asked_by, services, due_at, ticket_hash)
       VALUES ($1, $2, $3, $4, $5, $6, 'operator', ARRAY [$7], now(), $8)`,
      [id, appId, kind, userId, `person_${id}`, pseudonymOf(id), service, Buffer.from(id)],
    );
    const type = kind === 'erasure' ? 'user.erasure_requested' : 'user.export_requested';
    await append(tx, [{ appId, type, ...subjectOf({ requestId: id, userId }) }]);
  });
  return { id, appId };
}

interface StepRow {
  readonly state: string;
  readonly place: unknown;
  readonly known_as: string[] | null;
  readonly counts: Record<string, number>;
  readonly kept: unknown[];
  readonly reason: string | null;
  readonly tries: number;
}
const stepOf = async (id: Uuid, service: string): Promise<StepRow | undefined> =>
  (
    await database().query<StepRow>('SELECT * FROM data_request_step WHERE request_id = $1 AND service = $2', [
      id,
      service,
    ])
  ).rows[0];

const done = (id: Uuid, service: string): Promise<StepRow> =>
  eventually(async () => {
    const step = await stepOf(id, service);
    expect(step).toMatchObject({ state: 'done' });
    return step!;
  });

/** A holding of so many slices, which notes what was done to it. */
function countdown(name: string, slices: number, seen: string[] = []): Holding & { readonly seen: string[] } {
  return {
    name,
    seen,
    erase: async (_tx, { userId, knownAs }, at = '0') => {
      seen.push(`${userId} ${knownAs.join()} ${at}`);
      const next = Number(at) + 1;
      return { counts: { [name]: 10 }, ...(next < slices && { next: String(next) }) };
    },
    collect: async (_tx, _person, at = '0') => {
      const next = Number(at) + 1;
      return { records: [{ n: at }], ...(next < slices && { next: String(next) }) };
    },
  };
}

describe('an erasure', () => {
  it('goes through every slice of every holding, and says how many of what', async () => {
    const [first, second] = [countdown('first', 3), countdown('second', 1)];
    answer('a', [first, second], { alsoKnownAs: () => Promise.resolve(['phone']) });
    const { id, appId } = await request('erasure', 'a');
    const step = await done(id, 'a');
    expect(step).toMatchObject({ counts: { first: 30, second: 10 }, place: null, known_as: null });
    expect(first.seen).toEqual(['ann phone 0', 'ann phone 1', 'ann phone 2']);
    const { rows } = await database().query(
      `SELECT payload, subject FROM event_log WHERE app_id = $1 AND type = 'user.data_erased'`,
      [appId],
    );
    const requestId = formatId('dataRequest', id);
    expect(rows).toEqual([
      { subject: requestId, payload: { requestId, service: 'a', counts: { first: 30, second: 10 }, kept: [] } },
    ]);
  });

  it('adds up what is kept for one reason, until its latest end', async () => {
    const kept = (until: string) => [{ what: 'payments', count: 2, reason: 'law', until }];
    const holding: Holding = {
      name: 'payments',
      erase: async (_tx, _person, at) =>
        at === undefined
          ? { kept: kept('2036-01-01T00:00:00.000Z'), next: '1' }
          : { kept: kept('2035-01-01T00:00:00.000Z') },
    };
    answer('b', [holding]);
    const { id } = await request('erasure', 'b');
    expect((await done(id, 'b')).kept).toEqual([
      { what: 'payments', count: 4, reason: 'law', until: '2036-01-01T00:00:00.000Z' },
    ]);
  });

  it('waits for somebody outside who does not answer, and erases nothing before they were told', async () => {
    let isUp = false;
    let asked = 0;
    const holding = countdown('customers', 1);
    answer('c', [
      {
        ...holding,
        tellOthers: async () => {
          asked += 1;
          return isUp ? { end: 'done', counts: { told: 1 } } : { end: 'later', afterMs: 1, reason: 'stripe: down' };
        },
      },
    ]);
    const { id } = await request('erasure', 'c');
    await eventually(() => expect(asked).toBeGreaterThan(1));
    await eventually(async () =>
      expect(await stepOf(id, 'c')).toMatchObject({ state: 'under_way', reason: 'stripe: down' }),
    );
    expect(holding.seen).toEqual([]);
    isUp = true;
    expect((await done(id, 'c')).counts).toEqual({ told: 1, customers: 10 });
    expect(holding.seen).toHaveLength(1);
  });

  it('that fails is tried again, with the name of the trouble and not its message, and holds nobody up', async () => {
    let isBroken = true;
    const holding: Holding = {
      name: 'broken',
      erase: async (_tx, { userId }) => {
        if (isBroken && userId === 'dan') throw new TypeError('ann@example.com');
        return {};
      },
    };
    answer('d', [holding]);
    const { id } = await request('erasure', 'd', 'dan');
    const other = await request('erasure', 'd', 'bob');
    await done(other.id, 'd');
    await eventually(async () => expect(await stepOf(id, 'd')).toMatchObject({ reason: 'TypeError' }));
    isBroken = false;
    await done(id, 'd');
  });

  it('is done once by several processes', async () => {
    const seen: string[] = [];
    answer('e', [countdown('rows', 5, seen)]);
    answer('e', [countdown('rows', 5, seen)]);
    const { id } = await request('erasure', 'e', 'eve');
    await done(id, 'e');
    expect(seen.filter((each) => each.startsWith('eve'))).toHaveLength(5);
  });

  it('that was asked for before a service ever ran is owed by it', async () => {
    const { id } = await request('erasure', 'f');
    answer('f', [countdown('rows', 1)]);
    await done(id, 'f');
  });
});

async function openedParts(of: Parameters<typeof exportParts>[2]): Promise<ExportPart[]> {
  const parts: ExportPart[] = [];
  for await (const part of exportParts(database(), envelope, of)) parts.push(part);
  return parts;
}

describe('an export', () => {
  it('is kept sealed, in parts, and opens for its own request alone', async () => {
    answer('g', [countdown('first', 2), { name: 'silent', erase: () => Promise.resolve({}) }, countdown('second', 1)]);
    const { id, appId } = await request('export', 'g');
    expect((await done(id, 'g')).counts).toEqual({ first: 2, second: 1 });
    const parts = await openedParts({ appId, requestId: id, service: 'g' });
    expect(parts).toEqual([
      { section: 'first', records: [{ n: '0' }] },
      { section: 'first', records: [{ n: '1' }] },
      { section: 'second', records: [{ n: '0' }] },
    ]);
    const { rows } = await database().query<{ sealed: Buffer }>(
      'SELECT sealed FROM export_part WHERE request_id = $1',
      [id],
    );
    expect(rows.some(({ sealed }) => sealed.includes('"n"'))).toBe(false);
    const foreign = openedParts({ appId: newUuid(), requestId: id, service: 'g' });
    await expect(foreign).rejects.toMatchObject({ name: 'SealBroken' });
  });
});
