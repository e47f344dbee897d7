import type { StripeDiscardAnswer, StripeDiscardRequest, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { DISCARD } from './event.queries.js';
import { selectByIds } from './selection.js';

/** Puts dead events away, of which somebody saw that nothing follows: they are kept and shown, and no longer wait for anybody. */
export class Discard {
  constructor(private readonly database: Database) {}

  async discard(appId: Uuid, { ids, account, note }: StripeDiscardRequest): Promise<StripeDiscardAnswer> {
    const events = await selectByIds(this.database, appId, ids, account);
    const found = events.map(({ id }) => id);
    const { rowCount: discarded } = await this.database.query(DISCARD, [found, note]);
    return { discarded, left: events.length - discarded };
  }
}
