import type { KeptData, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';

/** Whose data it is about, as every service knows them. */
export interface Person {
  readonly requestId: Uuid;
  readonly requestedAt: Date;
  readonly appId: Uuid;
  /** As devices, payments and notifications name the user: `usr_...`, or the app's own id. */
  readonly userId: string;
  /** What stands in its place in rows that stay. */
  readonly pseudonym: string;
  /** Other names of the user in this service: what `alsoKnownAs` said when the service began. */
  readonly knownAs: readonly string[];
}

/** How many of what. */
export type Counts = Readonly<Record<string, number>>;

/** What one slice of an erasure came to; `next`: where to go on, and undefined at the end. */
export interface ErasedSlice {
  readonly counts?: Counts;
  readonly kept?: readonly KeptData[];
  readonly next?: string | undefined;
}

/** One slice of what is handed out. Values as the user may read them: no secret of ours, nothing sealed. */
export interface CollectedSlice {
  readonly records: readonly object[];
  readonly next?: string | undefined;
}

/** What telling somebody outside came to. `reason` is a name, never a message. */
export type Told =
  | { readonly end: 'done'; readonly counts?: Counts }
  | { readonly end: 'later'; readonly afterMs: number; readonly reason: string };

/**
 * One place where a service holds personal data. Each slice runs in a transaction of its own, together with the note of where to
 * go on: whoever is killed begins the slice again, and has done it once.
 */
export interface Holding {
  /** Names the section of an export; kept with the step, so a change of it begins the service's part again. */
  readonly name: string;
  /** Before anything of it is erased: tells somebody outside, outside of any transaction. May happen twice. */
  readonly tellOthers?: (person: Person) => Promise<Told>;
  readonly erase: (tx: Sql, person: Person, at: string | undefined) => Promise<ErasedSlice>;
  /** Absent: nothing of it is handed out, since another holding shows the same. */
  readonly collect?: (tx: Sql, person: Person, at: string | undefined) => Promise<CollectedSlice>;
}
