import type { FeedAnswer, FeedEvent } from '@signalbox/contracts';
import { FOLLOW, type RetryLimits } from './retry-policy.js';
import { pause } from './waiting.js';

export interface FollowerOptions {
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly longestIdleMs: number | undefined;
  readonly readPage: (cursor: string | undefined, limits: RetryLimits) => Promise<FeedAnswer>;
}

const FIRST_IDLE = 250;
const LONGEST_IDLE = 5_000;

/**
 * Reads the feed and waits for more, for ever: `for await (const event of follower)`. Every event comes once. A service
 * that is away is asked again until it is back, and the cursor loses nothing meanwhile.
 *
 * The loop ends when the signal is aborted. It throws what asking again cannot mend: a revoked key, an expired cursor.
 */
export class EventFollower implements AsyncIterable<FeedEvent> {
  #cursor: string | undefined;

  constructor(private readonly options: FollowerOptions) {
    this.#cursor = options.after;
  }

  /**
   * Where to go on once the event at hand is done with: keep it after handling an event, and pass it as `after` when you
   * start again. A cursor stands between pages: within a page it stays at the page's beginning, so that a new start may
   * repeat up to `limit - 1` events (known by their ids) but never misses one.
   */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEvent, void, undefined> {
    const { signal, readPage, longestIdleMs = LONGEST_IDLE } = this.options;
    let idle = FIRST_IDLE;
    try {
      for (;;) {
        const page = await readPage(this.#cursor, FOLLOW);
        const last = page.events.at(-1);
        if (last === undefined) this.#cursor = page.next;
        for (const event of page.events) {
          if (signal?.aborted) return;
          if (event === last) this.#cursor = page.next;
          yield event;
        }
        idle = last === undefined ? Math.min(idle * 2, longestIdleMs) : FIRST_IDLE;
        if (page.caughtUp) await pause(Math.min(idle, longestIdleMs), signal);
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
}
