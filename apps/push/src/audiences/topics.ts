import type { Page, TopicChange, TopicMembers, TopicView, Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import {
  DEVICES_OF_INSTALLATIONS,
  DEVICES_OF_USERS,
  IS_SUBSCRIBED,
  MOST_TOPICS,
  SUBSCRIBE,
  TOPICS,
  TOPICS_OF_DEVICE,
  UNSUBSCRIBE,
} from './topic.queries.js';

/** What became of a phone's wish: `full` when it has as many topics as a phone may have. */
export type PhoneSubscription = 'subscribed' | 'full';

/** Which phones want to hear of what. A subscription is the phone's: it stays when another user signs in. */
export class Topics {
  constructor(private readonly database: Database) {}

  async subscribePhone(appId: Uuid, topic: string, device: Uuid): Promise<PhoneSubscription> {
    const { rowCount } = await this.database.query(SUBSCRIBE, [appId, topic, [device]]);
    if (rowCount > 0) return 'subscribed';
    const { rowCount: already } = await this.database.query(IS_SUBSCRIBED, [appId, topic, device]);
    return already > 0 ? 'subscribed' : 'full';
  }

  async unsubscribePhone(appId: Uuid, topic: string, device: Uuid): Promise<void> {
    await this.database.query(UNSUBSCRIBE, [appId, topic, [device]]);
  }

  /** Phones that have {@link MOST_TOPICS} already are left out. */
  subscribe(appId: Uuid, topic: string, members: TopicMembers): Promise<TopicChange> {
    return this.change(SUBSCRIBE, appId, topic, members);
  }

  unsubscribe(appId: Uuid, topic: string, members: TopicMembers): Promise<TopicChange> {
    return this.change(UNSUBSCRIBE, appId, topic, members);
  }

  async ofDevice(device: Uuid): Promise<string[]> {
    const { rows } = await this.database.query<{ topic: string }>(TOPICS_OF_DEVICE, [device]);
    return rows.map(({ topic }) => topic);
  }

  /** Topics that have a phone, by name, behind the name `after`. */
  async list(appId: Uuid, { after, limit }: { after?: string | undefined; limit: number }): Promise<Page<TopicView>> {
    const { rows } = await this.database.query<TopicView>(TOPICS, [appId, after ?? '', limit + 1]);
    const items = rows.slice(0, limit);
    return { items, next: rows.length > limit ? items.at(-1)!.name : null };
  }

  private change(statement: string, appId: Uuid, topic: string, members: TopicMembers): Promise<TopicChange> {
    return this.database.transaction(async (tx) => {
      const { names, found } = await devicesOf(tx, appId, members);
      const { rowCount } = await tx.query(statement, [appId, topic, found.map(({ id }) => id)]);
      const known = new Set(found.map(({ of }) => of));
      return { devices: rowCount, unknown: names.filter((name) => !known.has(name)) };
    });
  }
}

async function devicesOf(
  tx: Sql,
  appId: Uuid,
  { installationIds, userIds }: TopicMembers,
): Promise<{ names: readonly string[]; found: readonly { id: Uuid; of: string }[] }> {
  const names = [...new Set(installationIds ?? userIds ?? [])];
  const statement = installationIds === undefined ? DEVICES_OF_USERS : DEVICES_OF_INSTALLATIONS;
  const { rows } = await tx.query<{ id: Uuid; of: string }>(statement, [appId, names]);
  return { names, found: rows };
}

export { MOST_TOPICS };
