import { timeOfUuid } from '@signalbox/contracts';
import type { LoggedEvent } from '@signalbox/event-log';
import { ends, isTold, NOTICE_KINDS, tellsBetter } from './notice-kinds.js';
import type { Telling } from './notice-kind.js';
import type { TaleFact } from './stories.js';

/** Nobody wants to hear today of what failed last week, and a replay or a filled gap brings facts of any age. */
const OLDEST_MS = 24 * 3_600_000;

/**
 * Why a fact is not told:
 * - `unreadable`: its data is not what its type carries;
 * - `no_user`: nobody knows whom it concerns;
 * - `too_old`: it happened more than a day ago, or longer than its notice would live;
 * - `ended`: the payment or invoice has come to its end meanwhile;
 * - `told_otherwise`: another fact tells of the same, and more of it;
 * - `same_step`: an earlier fact told of the same attempt.
 */
export type Silence = 'unreadable' | 'no_user' | 'too_old' | 'ended' | 'told_otherwise' | 'same_step';

/** A fact that is told, to whom, and until when. */
export interface Told {
  readonly event: LoggedEvent;
  readonly telling: Telling;
  readonly userId: string;
  readonly expiresAt: Date;
}

/**
 * Whether a user is told of a fact. `story` are the facts about the same subject. A fact happened when its data says so, and
 * where it does not, when it was written.
 */
export function judge(event: LoggedEvent, story: readonly TaleFact[], now: number): Told | Silence {
  const telling = readTelling(event);
  if (telling === undefined) return 'unreadable';
  const { userId, occurredAt, ttlSeconds, step, isToldOtherwise } = telling;
  if (userId === undefined) return 'no_user';
  const happenedAt = occurredAt === undefined ? event.at.getTime() : Date.parse(occurredAt);
  const expiresAt = happenedAt + ttlSeconds * 1_000;
  if (now >= Math.min(expiresAt, happenedAt + OLDEST_MS)) return 'too_old';
  if (story.some((fact) => ends(fact.type, event.type))) return 'ended';
  const apart = (fact: TaleFact): number => Math.abs(timeOfUuid(fact.id) - timeOfUuid(event.id));
  const hasBetter = story.some((fact) => tellsBetter(fact.type, event.type, apart(fact)));
  if (isToldOtherwise || hasBetter) return 'told_otherwise';
  const isSameStep = (fact: TaleFact): boolean =>
    fact.type === event.type && fact.id < event.id && readTelling(fact)?.step === step;
  if (step !== undefined && story.some(isSameStep)) return 'same_step';
  return { event, telling, userId, expiresAt: new Date(expiresAt) };
}

function readTelling({ type, data }: { readonly type: string; readonly data: unknown }): Telling | undefined {
  return isTold(type) ? NOTICE_KINDS[type](data) : undefined;
}
