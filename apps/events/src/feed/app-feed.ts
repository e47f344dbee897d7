import { type FeedAnswer, type FeedEvent, type FeedQuery, type Uuid, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { readEvent, readFeed } from '@signalbox/event-log';

/** The feed as one app sees it. */
export class AppFeed {
  constructor(private readonly sql: Sql) {}

  /** @throws MalformedCursor | CursorExpired about `after`. */
  list(appId: Uuid, { after, limit, type: types, subject }: FeedQuery): Promise<FeedAnswer> {
    return readFeed(this.sql, {
      limit,
      filter: { appId, ...(types && { types }), ...(subject !== undefined && { subject }) },
      ...(after !== undefined && { after }),
    });
  }

  async find(appId: Uuid, id: string): Promise<FeedEvent | undefined> {
    const uuid = parseId('event', id);
    return uuid === undefined ? undefined : readEvent(this.sql, appId, uuid);
  }
}
