import { newUuid, type EventType, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { INSERT_FACTS } from './append.queries.js';

/** Something that happened, to be kept. */
export interface Fact {
  /** Made here unless the fact must be the very thing it tells of (an accepted notification). */
  readonly id?: Uuid;
  readonly appId: Uuid;
  readonly type: EventType;
  /** What the fact is about, as a public id (`ntf_...`, `dev_...`, `app_...`). */
  readonly subject: string;
  /** Shown in the feed; never personal content. */
  readonly data: object;
  /** Number within the subject, where order per subject matters. */
  readonly seq?: bigint;
  /** Personal content, already encrypted under the data key `dekId`; never shown in the feed. */
  readonly content?: Buffer;
  readonly dekId?: Uuid;
}

/**
 * Appends facts inside the caller's transaction: they are kept exactly when the change they tell of is kept.
 *
 * @returns the ids of the facts, in order.
 */
export async function append(sql: Sql, facts: readonly Fact[]): Promise<Uuid[]> {
  if (facts.length === 0) return [];
  const ids = facts.map((fact) => fact.id ?? newUuid());
  await sql.query(INSERT_FACTS, [
    ids,
    facts.map((fact) => fact.appId),
    facts.map((fact) => fact.type),
    facts.map((fact) => fact.subject),
    facts.map((fact) => fact.seq?.toString() ?? null),
    facts.map((fact) => JSON.stringify(fact.data)),
    facts.map((fact) => fact.content ?? null),
    facts.map((fact) => fact.dekId ?? null),
  ]);
  return ids;
}
