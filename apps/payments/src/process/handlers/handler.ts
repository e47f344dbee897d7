import type { EVENT_TYPES, EventType } from '@signalbox/contracts';
import type { z } from 'zod';
import type { Kind, SnapshotOf, StateOf } from '../kinds.js';
import type { Seen } from '../seen.js';

/** What one event did to what we know of its object. */
export interface Change<K extends Kind> {
  readonly objectId: string;
  /** Undefined: this is the first that we hear of it. */
  readonly before: StateOf<K> | undefined;
  readonly after: StateOf<K>;
  readonly seen: Seen<SnapshotOf<K>>;
  /** Nothing later is known than what this event shows: it is news. */
  readonly isNews: boolean;
}

/** Said by the drain for every fact about money. */
type Said = 'gateway' | 'gatewayRef' | 'account' | 'livemode' | 'userId' | 'occurredAt' | 'paymentId';
type FactData<Type extends EventType> = Omit<z.output<(typeof EVENT_TYPES)[Type]>, Said>;

/** A fact that is to be told once for the object. */
export interface Wanted<Type extends EventType = EventType> {
  /** The name of the effect, once for each object. */
  readonly effect: string;
  /** It may happen again, whenever the state changes so: its place in the object's history is part of its name. */
  readonly repeats?: true;
  readonly type: Type;
  readonly data: object;
}

/** What follows from one type of event. */
export interface Handler<K extends Kind = Kind> {
  readonly kind: K;
  /** Its facts may concern a user, who is then looked up. */
  readonly tells: boolean;
  /** The event is the end of its object. */
  readonly deletes?: true;
  /** It says all there is to say by its type: no object is needed. */
  readonly standsAlone?: true;
  wants(change: Change<K>): readonly Wanted[];
}

/** An event that only adds to what we know. */
export function recorded<K extends Kind>(kind: K, more: { readonly deletes?: true } = {}): Handler<K> {
  return { kind, tells: false, ...more, wants: () => [] };
}

/** An event that may tell of facts. `wants` is pure: the drain sees to it that each effect happens once. */
export function telling<K extends Kind>(
  kind: K,
  wants: (change: Change<K>) => readonly Wanted[],
  more: { readonly standsAlone?: true } = {},
): Handler<K> {
  return { kind, tells: true, ...more, wants };
}

/** A fact with its data, checked against its schema in `libs/contracts` when it is compiled. */
export function want<Type extends EventType>(
  effect: string,
  type: Type,
  data: FactData<Type>,
  more: { readonly repeats?: true } = {},
): Wanted<Type> {
  return { effect, type, data, ...more };
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
