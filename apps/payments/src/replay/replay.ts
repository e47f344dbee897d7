import { formatId, parseId, type StripeReplayAnswer, type StripeReplayRequest, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { offersOf, worksFor } from '../receive/object-works.js';
import { stripeQueueOf } from '../work/payments-work.js';
import { viewEvent, type EventRow } from './event-view.js';
import { REPLAY } from './event.queries.js';
import { select, selectByIds, type Selected } from './selection.js';

/** Events that an answer shows. */
const SHOWN = 100;

/**
 * Has events worked on again, out of our own log. That is safe at any time: states are joined and not overwritten, and an
 * effect happens once for its object, so a replay brings what is missing and repeats nothing.
 */
export class Replay {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  async replay(appId: Uuid, request: StripeReplayRequest): Promise<StripeReplayAnswer> {
    const { events, next } = await this.chosen(appId, request);
    return {
      matched: events.length,
      replayed: request.dryRun ? 0 : await this.putBack(events),
      types: Object.fromEntries([...Map.groupBy(events, ({ type }) => type)].map(([type, of]) => [type, of.length])),
      events: events.slice(0, SHOWN).map(viewEvent),
      next: next === undefined ? null : formatId('stripeEvent', next),
    };
  }

  private async chosen(appId: Uuid, request: StripeReplayRequest): Promise<Selected> {
    const { ids, after, limit, account, ...selection } = request;
    if (ids !== undefined) {
      return { events: await selectByIds(this.database, appId, ids, account), next: undefined };
    }
    const before = after === undefined ? undefined : parseId('stripeEvent', after);
    if (after !== undefined && before === undefined) return { events: [], next: undefined };
    return select(this.database, appId, { ...selection, account }, { before, limit });
  }

  /** @returns how many are worked on again: not those whose content was erased. */
  private async putBack(events: readonly EventRow[]): Promise<number> {
    if (events.length === 0) return 0;
    const entries = events
      .toReversed()
      .map(({ id, appId, objectKey }) => ({ id, appId, objectKey, lane: 'bulk' as const }));
    const works = worksFor(entries);
    const ids = entries.map(({ id }) => id);
    const { rows } = await this.database.query<{ id: Uuid }>(REPLAY, [
      ids,
      works.map(({ id }) => id),
      stripeQueueOf('bulk'),
    ]);
    const putBack = new Set(rows.map(({ id }) => id));
    const made = entries
      .map((entry, index) => ({ entry, work: works[index]! }))
      .filter(({ entry }) => putBack.has(entry.id));
    void this.publisher.publish(offersOf(made), 'stripe-receive.publish');
    return rows.length;
  }
}
