import { type EventType, firstUuidAt, timeOfUuid, type KeptData, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { findPersonInLog, type PersonalFact, redactLog } from '@signalbox/event-log';
import type { CollectedSlice, Counts, ErasedSlice, Holding, Person } from './holding.js';
import { isForNobody, type Names, withoutPerson } from './without-person.js';

/** Clocks of processes differ, and a fact that commits late has an early id. */
const MARGIN_MS = 60_000;

export interface LogHolding {
  readonly name: string;
  /** Facts of this service's own. */
  readonly types: readonly EventType[];
  /**
   * `always`: all there is, from the app's first day. `request`: what came while the rest was erased, for a second look at the end.
   */
  readonly since: 'always' | 'request';
  /** What else is known of the facts of a slice, in the same transaction, before they change. */
  readonly alongside?: (tx: Sql, person: Person, facts: readonly PersonalFact[]) => Promise<Counts>;
  /** A fact as the user may read it; absent: none is handed out. */
  readonly show?: (person: Person, fact: PersonalFact) => Promise<object>;
}

/** What the event log says about a user: ids give way to the pseudonym, content for nobody else is emptied (ADR 22). */
export function logHolding({ name, types, since, alongside, show }: LogHolding): Holding {
  const look = (tx: Sql, person: Person, at: string | undefined) =>
    findPersonInLog(tx, {
      appId: person.appId,
      types,
      users: [person.userId],
      things: person.knownAs,
      after: at ?? beginning(person, since),
    });
  return {
    name,
    async erase(tx, person, at): Promise<ErasedSlice> {
      const { facts, next } = await look(tx, person, at);
      const others = (await alongside?.(tx, person, facts)) ?? {};
      const redacted = facts.map((fact) => redact(fact, namesOf(person)));
      await redactLog(tx, person.requestId, redacted);
      const shared = facts.filter(({ content }, index) => content !== null && !redacted[index]!.emptied).length;
      return { counts: { facts: facts.length, ...others }, kept: keptOf(shared), next };
    },
    ...(show !== undefined && {
      async collect(tx: Sql, person: Person, at: string | undefined): Promise<CollectedSlice> {
        const { facts, next } = await look(tx, person, at);
        return { records: await Promise.all(facts.map((fact) => show(person, fact))), next };
      },
    }),
  };
}

/** An app's facts are not older than the app. */
function beginning({ appId, requestedAt }: Person, since: LogHolding['since']): Uuid {
  return firstUuidAt((since === 'always' ? timeOfUuid(appId) : requestedAt.getTime()) - MARGIN_MS);
}

function namesOf({ userId, knownAs, pseudonym }: Person): Names {
  return { users: new Set([userId]), things: new Set(knownAs), pseudonym };
}

function redact({ id, payload }: PersonalFact, names: Names): { id: Uuid; payload: object; emptied: boolean } {
  const left = withoutPerson(payload, names);
  const emptied = isForNobody(left);
  // The app chose it, and may have put anybody's name in; while others wait for the same message it is needed.
  if (emptied) delete left['collapseKey'];
  return { id, payload: left, emptied };
}

function keptOf(shared: number): KeptData[] {
  if (shared === 0) return [];
  return [
    {
      what: 'content of notifications that went to other users, too',
      count: shared,
      reason: 'it is theirs as well; it is erased with the last of them',
    },
  ];
}
