import type { EventType } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { LoggedEvent } from '@signalbox/event-log';
import type { NoticeKind } from './notice-kind.js';

/** One sort of news that users are told of, and everything that differs between it and another. */
export interface NoticeCatalogue {
  /** The name of its place in the feed. */
  readonly reader: string;
  /** What its facts are about, for whoever reads the log. */
  readonly about: string;
  /** Counts what became of its facts, by `type` and `outcome`. */
  readonly counter: { readonly name: string; readonly help: string };
  /** The category of its notifications. */
  readonly category: string;
  /** Milliseconds after which nobody wants to hear of it any more: a replay or a filled gap brings facts of any age. */
  readonly oldestMs: number;
  /**
   * What these facts change here, before anybody is told of one: whom a later one is told must not depend on which of two readers of
   * the feed is ahead.
   */
  readonly first?: (tx: Sql, events: readonly LoggedEvent[]) => Promise<void>;
  /** The facts that are told, and how. */
  readonly kinds: Readonly<Partial<Record<EventType, NoticeKind>>>;
  /**
   * Facts after which others of the same subject are not worth telling any more. Each is an end: whatever the order in which
   * facts are read, what was before does not matter once it is there.
   */
  readonly ends: Readonly<Partial<Record<EventType, readonly EventType[]>>>;
  /** Of a subject that several tales are told of: what two facts have in common when they belong to one. All belong to one unless told. */
  readonly taleOf?: (data: unknown) => unknown;
  /** Facts that are not told themselves and change nothing, but may say that another one is told better. */
  readonly hints: readonly EventType[];
  /** Whether a fact of type `hint`, so many milliseconds away, says that one of type `told` is told better by another. */
  readonly tellsBetter: (hint: string, told: string, apart: number) => boolean;
}

export const toldTypes = (catalogue: NoticeCatalogue): EventType[] => Object.keys(catalogue.kinds) as EventType[];

export const endingTypes = (catalogue: NoticeCatalogue): EventType[] => Object.keys(catalogue.ends) as EventType[];

export function kindOf({ kinds }: NoticeCatalogue, type: string): NoticeKind | undefined {
  return Object.hasOwn(kinds, type) ? kinds[type as EventType] : undefined;
}

/** A fact as far as it ends another, or is ended by it. */
type Part = { readonly type: string; readonly data: unknown };

/** Whether the fact `ending` makes an earlier one of the same subject pointless. */
export function endsTelling({ ends, taleOf }: NoticeCatalogue, ending: Part, told: Part): boolean {
  const ended: readonly string[] =
    (Object.hasOwn(ends, ending.type) ? ends[ending.type as EventType] : undefined) ?? [];
  return ended.includes(told.type) && taleOf?.(ending.data) === taleOf?.(told.data);
}
