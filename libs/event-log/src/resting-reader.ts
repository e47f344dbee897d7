import type { Database } from '@signalbox/database';
import type { FeedPosition } from './feed-cursor.js';
import { isAnyBehind } from './feed.js';

/** A cursor that was set back by hand has nothing new behind the place that is known here: so often it is read itself. Milliseconds. */
const TRUSTED_MS = 10_000;

/** Looks under way: readers of one process that rest at the same place share one. */
const looks = new WeakMap<Database, Map<string, Promise<boolean>>>();

/** A reader that had read everything, and stands where it was then. */
export class RestingReader {
  private readonly since = performance.now();

  constructor(private readonly position: FeedPosition) {}

  /** Whether it should read again: something was committed, or it has rested for long. */
  async isOver(database: Database): Promise<boolean> {
    return performance.now() - this.since > TRUSTED_MS || this.look(database);
  }

  private look(database: Database): Promise<boolean> {
    const underWay = looks.get(database) ?? new Map<string, Promise<boolean>>();
    looks.set(database, underWay);
    const { generation, xid, id } = this.position;
    const place = `${generation} ${xid} ${id}`;
    const shared = underWay.get(place) ?? isAnyBehind(database, this.position).finally(() => underWay.delete(place));
    underWay.set(place, shared);
    return shared;
  }
}

/** After so long without an event readers look more rarely, in milliseconds: the first to come then may wait as long as that. */
const QUIET = { after: 30_000, every: 1_000 };

/** Milliseconds between two looks of a reader that found its last event then, on the monotonic clock. */
export function restFor(pollMs: number, lastEventAt: number): number {
  return performance.now() - lastEventAt > QUIET.after ? Math.max(pollMs, QUIET.every) : pollMs;
}

/** Milliseconds until the next time of day that so many go into: readers of one process look at the same moment, which lets them share it. */
export function untilNext(milliseconds: number): number {
  return milliseconds - (Date.now() % milliseconds);
}
