import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { FIND_PERSON, NAME_ERASURE, REDACT } from './person-in-log.queries.js';

/** Rows that one look reads, at most: some 20 ms. */
const SLICE = 5_000;

/** Whom to look for, and where. */
export interface PersonSearch {
  readonly appId: Uuid;
  readonly types: readonly string[];
  readonly users: readonly string[];
  /** Installation ids, and public ids of devices. */
  readonly things: readonly string[];
  /** Behind this id. */
  readonly after: Uuid;
}

/** A fact that names the person, with its content still encrypted. */
export interface PersonalFact {
  readonly id: Uuid;
  readonly type: string;
  readonly subject: string;
  readonly payload: Record<string, unknown>;
  readonly content: Buffer | null;
  readonly dekId: Uuid | null;
}

export interface PersonalFacts {
  readonly facts: readonly PersonalFact[];
  /** Where to go on; undefined: the log was read to its end. */
  readonly next: Uuid | undefined;
}

/**
 * One slice of the facts that name a person. No index knows people, so the whole log of the time after `after` is read, slice by
 * slice: an erasure is rare, and an index on the way of every notification would be paid for by all of them.
 */
export async function findPersonInLog(
  sql: Sql,
  { appId, types, users, things, after }: PersonSearch,
): Promise<PersonalFacts> {
  const { rows } = await sql.query<{ looked_at: number; end_id: Uuid | null } & (PersonalFact | { id: null })>(
    FIND_PERSON,
    [after, SLICE, appId, types, users, things],
  );
  const { looked_at: lookedAt, end_id: end } = rows[0]!;
  const facts = rows.filter((row): row is (typeof rows)[number] & PersonalFact => row.id !== null);
  return { facts, next: lookedAt === SLICE && end !== null ? end : undefined };
}

/** What is left of a fact. */
export interface RedactedFact {
  readonly id: Uuid;
  readonly payload: object;
  readonly emptied: boolean;
}

/**
 * Takes personal data out of facts. The log changes in no other way, and this way only for an erasure that is open and of the
 * app of the facts: the database itself sees to that (ADR 22).
 */
export async function redactLog(tx: Sql, erasure: Uuid, facts: readonly RedactedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const ids = facts.map(({ id }) => id).sort();
  await tx.query(NAME_ERASURE, [erasure]);
  await tx.query(REDACT, [
    facts.map(({ id }) => id),
    facts.map(({ payload }) => JSON.stringify(payload)),
    facts.map(({ emptied }) => emptied),
    ids[0],
    ids.at(-1),
  ]);
}
