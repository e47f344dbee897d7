import type { Sql } from '@signalbox/database';
import type { FeedPosition } from './feed-cursor.js';
import { isAnyBehind } from './feed.js';

/** A cursor that was set back by hand has nothing new behind the place that is known here: so often it is read itself. Milliseconds. */
const TRUSTED_MS = 10_000;

/** A reader that had read everything, and stands where it was then. */
export class RestingReader {
  private readonly since = performance.now();

  constructor(private readonly position: FeedPosition) {}

  /** Whether it should read again: something was committed, or it has rested for long. */
  async isOver(database: Sql): Promise<boolean> {
    return performance.now() - this.since > TRUSTED_MS || isAnyBehind(database, this.position);
  }
}

/** After so long without an event readers look more rarely, in milliseconds: the first to come then may wait as long as that. */
const QUIET = { after: 30_000, every: 1_000 };

/** Milliseconds between two looks of a reader that found its last event then, on the monotonic clock. */
export function restFor(pollMs: number, lastEventAt: number): number {
  return performance.now() - lastEventAt > QUIET.after ? Math.max(pollMs, QUIET.every) : pollMs;
}
