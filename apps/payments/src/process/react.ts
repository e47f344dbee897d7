import type { AnyHandler } from './handlers/index.js';
import type { Handler, Wanted } from './handlers/handler.js';
import { KINDS, type Kind, type SnapshotOf, type StateOf } from './kinds.js';
import type { Seen } from './seen.js';
import { canonical } from './states/canonical.js';
import { keepingErased } from './states/erased.js';
import type { State } from './states/state.js';

/** What one event does to its object. */
export interface Reaction {
  readonly after: State | undefined;
  readonly wanted: readonly Wanted[];
  /** The object stands otherwise than before. What an event only adds to the past does not count. */
  readonly changed: boolean;
  /** Nothing later is known than what the event shows. */
  readonly isNews: boolean;
}

/** The kind's join, then the type's handler. Pure. */
export function react(handler: AnyHandler, objectId: string, known: State | undefined, seen: Seen<object>): Reaction {
  // A handler and what is seen of its object come from one table entry: see observe.ts.
  return reactAs(handler as Handler, objectId, known as StateOf<Kind> | undefined, seen as Seen<SnapshotOf<Kind>>);
}

function reactAs<K extends Kind>(
  handler: Handler<K>,
  objectId: string,
  before: StateOf<K> | undefined,
  seen: Seen<SnapshotOf<K>>,
): Reaction {
  const join = keepingErased(KINDS[handler.kind].join);
  const after = join(before, seen);
  if (after === undefined) return { after, wanted: [], changed: false, isNews: false };
  const { event, snapshot } = seen;
  // What the event itself shows; of a thin one that is what Stripe says now.
  const own = join(undefined, snapshot === undefined ? seen : { event, snapshot });
  const now = canonical(after.now);
  const isNews = own !== undefined && canonical(own.now) === now;
  return {
    after,
    wanted: handler.wants({ objectId, before, after, seen, isNews }),
    changed: before === undefined || canonical(before.now) !== now,
    isNews,
  };
}
