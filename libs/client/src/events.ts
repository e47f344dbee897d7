import type { EventType, FeedAnswer, FeedQuery } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import { EventFollower } from './event-follower.js';
import type { CallOptions } from './notifications.js';
import type { RetryLimits } from './retry-policy.js';

export interface EventFilter {
  /** Any of these; every type unless told. */
  readonly types?: readonly EventType[];
  /** What the events are about: the id of a notification, a device, an app. */
  readonly subject?: string;
}

export interface ListEventsOptions extends EventFilter, CallOptions, Partial<Pick<FeedQuery, 'after' | 'limit'>> {}

export interface FollowOptions extends ListEventsOptions {
  /** Milliseconds between two looks at a feed that stays quiet, at most; 5,000 unless told. Looks begin at 250. */
  readonly longestIdleMs?: number;
}

/** The app's part of the event log, in the order in which things were committed. */
export class Events {
  constructor(private readonly events: Connection) {}

  /**
   * One page. `after`: a cursor, `'now'`, or absent for the beginning; `next` goes on from here.
   *
   * @throws SignalboxError, RequestRefused 410 `cursor_expired` among them.
   */
  list(options: ListEventsOptions = {}): Promise<FeedAnswer> {
    return this.page(options);
  }

  /** Events from a cursor on and as they happen, until the signal is aborted. See EventFollower. */
  follow(options: FollowOptions = {}): EventFollower {
    const { after, signal, longestIdleMs, ...rest } = options;
    return new EventFollower({
      after,
      signal,
      longestIdleMs,
      readPage: (cursor, limits) =>
        this.page({ ...rest, ...(cursor && { after: cursor }), ...(signal && { signal }) }, limits),
    });
  }

  private async page(options: ListEventsOptions, limits?: RetryLimits): Promise<FeedAnswer> {
    const { after, limit, types, subject, signal } = options;
    const { body } = await this.events.call<FeedAnswer>({
      method: 'GET',
      path: ['events'],
      query: { after, limit: limit?.toString(), type: types?.join(','), subject },
      signal,
      ...(limits && { limits }),
    });
    return body;
  }
}
