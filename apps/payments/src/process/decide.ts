import type { Uuid } from '@signalbox/contracts';
import type { AnyHandler } from './handlers/index.js';
import type { Wanted } from './handlers/handler.js';
import { react } from './react.js';
import type { EventHead, Seen } from './seen.js';
import type { State } from './states/state.js';

/** An event that can be worked on. */
export interface Observation {
  readonly handler: AnyHandler;
  readonly seen: Seen<object>;
}

/**
 * What became of an event:
 * - `applied`: the object stands otherwise since, or a fact was told;
 * - `superseded`: something later was known already;
 * - `repeated`: another event said the same;
 * - `stored`: nothing follows from its type.
 */
export type Decision = 'applied' | 'superseded' | 'repeated' | 'stored';

export interface Decided {
  readonly event: Uuid;
  readonly decision: Decision;
  readonly detail?: string | undefined;
}

/** An effect that happens now. */
export interface Made {
  readonly event: EventHead;
  readonly wanted: Wanted;
}

export interface Outcome {
  readonly state: State | undefined;
  readonly deleted: boolean;
  readonly decided: readonly Decided[];
  readonly made: readonly Made[];
}

/**
 * Works events off, in the order given, on what is known of their object. Pure; the caller holds the object's lock, which makes
 * `effects`, the names of those that have happened, the whole truth.
 */
export function decide(
  objectId: string,
  known: State | undefined,
  effects: ReadonlySet<string>,
  observations: readonly Observation[],
): Outcome {
  const happened = new Set(effects);
  const made: Made[] = [];
  const decided: Decided[] = [];
  let state = known;
  let deleted = false;
  for (const { handler, seen } of observations) {
    const { after, wanted, changed, isNews } = react(handler, objectId, state, seen);
    const isGone = seen.present === 'gone';
    const fresh = wanted.filter(({ effect, repeats }) => repeats === true || !happened.has(effect));
    for (const { effect } of fresh) happened.add(effect);
    made.push(...fresh.map((each) => ({ event: seen.event, wanted: each })));
    const ends = isGone || handler.deletes === true;
    const decision = changed || fresh.length > 0 || (ends && !deleted) ? 'applied' : isNews ? 'repeated' : 'superseded';
    decided.push({ event: seen.event.id, decision, detail: isGone ? 'Stripe has the object no more' : undefined });
    state = after;
    deleted ||= ends;
  }
  return { state, deleted, decided, made };
}
