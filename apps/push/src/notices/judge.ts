import { timeOfUuid } from '@signalbox/contracts';
import type { LoggedEvent } from '@signalbox/event-log';
import { endsTelling, kindOf, type NoticeCatalogue } from './catalogue.js';
import type { Telling } from './notice-kind.js';
import type { TaleFact } from './stories.js';

/**
 * Why a fact is not told:
 * - `unreadable`: its data is not what its type carries;
 * - `not_news`: facts of its type are told, but not one like this;
 * - `no_user`: nobody knows whom it concerns;
 * - `too_old`: it happened too long ago, or longer ago than its notice would live;
 * - `ended`: what it is about has come to its end meanwhile;
 * - `told_otherwise`: another fact tells of the same, and more of it;
 * - `same_step`: an earlier fact told of the same attempt.
 */
export type Silence = 'unreadable' | 'not_news' | 'no_user' | 'too_old' | 'ended' | 'told_otherwise' | 'same_step';

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
export function judge(
  catalogue: NoticeCatalogue,
  event: LoggedEvent,
  story: readonly TaleFact[],
  now: number,
): Told | Silence {
  const read = ({ type, data }: TaleFact | LoggedEvent): Telling | undefined => kindOf(catalogue, type)?.(data);
  const telling = read(event);
  if (telling === undefined) return 'unreadable';
  const { userId, occurredAt, ttlSeconds, step, isNews, isToldOtherwise } = telling;
  if (!isNews) return 'not_news';
  if (userId === undefined) return 'no_user';
  const happenedAt = occurredAt === undefined ? event.at.getTime() : Date.parse(occurredAt);
  const expiresAt = happenedAt + ttlSeconds * 1_000;
  if (now >= Math.min(expiresAt, happenedAt + catalogue.oldestMs)) return 'too_old';
  if (story.some((fact) => endsTelling(catalogue, fact, event))) return 'ended';
  const apart = (fact: TaleFact): number => Math.abs(timeOfUuid(fact.id) - timeOfUuid(event.id));
  const hasBetter = story.some((fact) => catalogue.tellsBetter(fact.type, event.type, apart(fact)));
  if (isToldOtherwise || hasBetter) return 'told_otherwise';
  const isSameStep = (fact: TaleFact): boolean =>
    fact.type === event.type && fact.id < event.id && read(fact)?.step === step;
  if (step !== undefined && story.some(isSameStep)) return 'same_step';
  return { event, telling, userId, expiresAt: new Date(expiresAt) };
}
