import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { redactLog } from '@signalbox/event-log';
import { type Holding, type Person, personKeys, rowsHolding } from '@signalbox/personal-data';
import { ownId } from './own-id.js';
import {
  COLLECT_AUDIT,
  COLLECT_HISTORY,
  COLLECT_PROFILE,
  COLLECT_SESSIONS,
  EMPTY_PROFILE,
  ERASE_CHALLENGES,
  ERASE_ENGINE_RECORDS,
  ERASE_GRANTS,
  ERASE_PROGRESS,
  ERASE_SESSIONS,
  HISTORY_WITH_PLACES,
  SESSIONS_OF_USER,
} from './tables.queries.js';

const AT_ONCE = 200;
const RECORDS_AT_ONCE = 5_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** By what the log names a user of ours and the user's sessions. Read while there are any. */
export async function namesOfUser(tx: Sql, person: Omit<Person, 'knownAs'>): Promise<string[]> {
  const user = ownId(person);
  if (user === undefined) return [];
  const { rows } = await tx.query<{ id: Uuid }>(SESSIONS_OF_USER, [person.appId, user]);
  return [person.userId, ...rows.map(({ id }) => formatId('session', id))];
}

/** The address, the name, and whether there is a password: of the hash nobody gets to see anything. */
const profile = rowsHolding({ name: 'profile', erase: EMPTY_PROFILE, collect: COLLECT_PROFILE, by: ownId });

const devicesSignedIn = rowsHolding({ name: 'sessions', erase: ERASE_SESSIONS, collect: COLLECT_SESSIONS, by: ownId });

/** The devices that were signed in, with the tokens that were given to them. */
const sessions: Holding = {
  ...devicesSignedIn,
  async erase(tx, person, at) {
    const grants = person.knownAs.flatMap((name) => parseId('session', name) ?? []);
    const { rowCount: records } = await tx.query(ERASE_GRANTS, [grants]);
    const { counts, next } = await devicesSignedIn.erase(tx, person, at);
    return { counts: { ...counts, grants: records }, next };
  },
};

/** What a browser was asked for a passkey, and did not answer yet. */
const challenges = rowsHolding({ name: 'challenges', erase: ERASE_CHALLENGES, by: ownId });

const engineRecords: Holding = {
  name: 'sign-ins in browsers',
  async erase(tx, person, at) {
    if (ownId(person) === undefined) return {};
    const from = JSON.parse(at ?? '["", ""]') as [string, string];
    const { rows } = await tx.query<{ lookedAt: number; count: number; kind: string | null; id: string | null }>(
      ERASE_ENGINE_RECORDS,
      [person.userId, from[0], Buffer.from(from[1], 'hex'), RECORDS_AT_ONCE],
    );
    const { lookedAt, count, kind, id } = rows[0]!;
    return {
      counts: { 'sign-ins in browsers': count },
      next: lookedAt === RECORDS_AT_ONCE ? JSON.stringify([kind, id]) : undefined,
    };
  },
};

const progress = rowsHolding({ name: 'sign-ins under way', erase: ERASE_PROGRESS, by: ownId });

/** What facts about sign-ins may say of where somebody was. */
const PLACES = ['prefix', 'country', 'deviceName', 'userAgent'];

interface HistoryRow {
  readonly id: Uuid;
  readonly payload: Record<string, unknown>;
  /** It has content, which only the user's phones could read. */
  readonly sealed: boolean;
}

/** What happened to the account. It is kept, for whoever has to explain it, under an id that points at nobody any more. */
const history: Holding = {
  name: 'history',
  async erase(tx, { appId, requestId, userId, knownAs }) {
    const { rows } = await tx.query<HistoryRow>(HISTORY_WITH_PLACES, [appId, knownAs, userId, PLACES, AT_ONCE]);
    await redactLog(
      tx,
      requestId,
      rows.map(({ id, payload, sealed }) => ({ id, payload: withoutPlaces(payload), emptied: sealed })),
    );
    return { counts: { facts: rows.length }, next: rows.length === AT_ONCE ? 'more' : undefined };
  },
  async collect(tx, { appId, userId, knownAs }, at = FIRST) {
    const { rows } = await tx.query<{ id: string }>(COLLECT_HISTORY, [appId, knownAs, userId, at, AT_ONCE]);
    return { records: rows, next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined };
  },
};

/** Reasons keep their code, as the schema of the fact wants it, and lose what they looked at. */
function withoutPlaces({ reasons, ...payload }: Record<string, unknown>): Record<string, unknown> {
  const left = Object.fromEntries(Object.entries(payload).filter(([field]) => !PLACES.includes(field)));
  if (!Array.isArray(reasons)) return left;
  return { ...left, reasons: reasons.map(({ code }: { code: unknown }) => ({ code, facts: {} })) };
}

/** Who looked. Append-only, and without a value: it outlives the user, so that it can be told who saw what. */
function accesses(envelope: Envelope): Holding {
  return {
    name: 'accesses',
    erase: () => Promise.resolve({}),
    async collect(tx, { appId, userId }, at) {
      const persons = personKeys(envelope, appId, userId);
      const { rows } = await tx.query<{ id: string }>(COLLECT_AUDIT, [appId, persons, at ?? '', AT_ONCE]);
      return { records: rows, next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined };
    },
  };
}

/** What auth itself holds of a user; `others`: what has to be told to somebody outside first. */
export function authHoldings(envelope: Envelope, others: readonly Holding[]): readonly Holding[] {
  return [...others, challenges, history, sessions, engineRecords, progress, accesses(envelope), profile];
}
