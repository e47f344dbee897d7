import { firstUuidAt, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { endingTypes, type NoticeCatalogue, toldTypes } from './catalogue.js';
import { STORIES } from './notices.queries.js';

/** Longer than a notice lives, by a day for clocks and for a reader of the feed that was away. */
const LOOK_BACK_MS = 4 * 24 * 3_600_000;

/** A fact as far as it matters here. */
export interface TaleFact {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly type: string;
  readonly subject: string;
  readonly data: unknown;
}

/** Everything of the last days that could be told, or bears on it, about the subjects of some facts. */
export class Stories {
  private constructor(private readonly bySubject: ReadonlyMap<string, readonly TaleFact[]>) {}

  static async read(tx: Sql, catalogue: NoticeCatalogue, about: readonly TaleFact[], now: number): Promise<Stories> {
    const { rows } = await tx.query<TaleFact>(STORIES, [
      [...new Set(about.map((fact) => fact.subject))],
      [...toldTypes(catalogue), ...endingTypes(catalogue), ...catalogue.hints],
      firstUuidAt(now - LOOK_BACK_MS),
    ]);
    return new Stories(Map.groupBy(rows, nameOf));
  }

  /** The facts about the same subject of the same app, itself among them. */
  of(fact: TaleFact): readonly TaleFact[] {
    return this.bySubject.get(nameOf(fact)) ?? [];
  }
}

/** A gateway's ids are unique within an account at best, never across apps. */
const nameOf = ({ appId, subject }: TaleFact): string => `${appId} ${subject}`;
