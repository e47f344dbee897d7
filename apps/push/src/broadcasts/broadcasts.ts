import {
  type BroadcastDeliveriesQuery,
  type BroadcastEstimate,
  type BroadcastRequest,
  type BroadcastView,
  type DeliveryView,
  formatId,
  type Page,
  parseId,
  type Uuid,
} from '@signalbox/contracts';
import { inTurn } from '../audiences/counting.js';
import type { AcceptResult } from '../notify/acceptor.js';
import { NO_TALLY, talliesOf } from '../tallies/tallies.js';
import type { BroadcastRow } from './broadcast-row.js';
import { viewBroadcast } from './broadcast-view.js';
import { APP_OF_BROADCAST, BROADCAST, BROADCASTS, OWING } from './broadcast.queries.js';
import { deliveryPage } from './delivery-page.js';
import { estimateBroadcast, type EstimateDependencies } from './estimate.js';
import type { Quotas } from '../quotas/quotas.js';
import { earlierBroadcast, startBroadcast, type StartDependencies } from './start-broadcast.js';
import { cancelBroadcast, pauseBroadcast, resumeBroadcast, type Steered } from './steer-broadcast.js';

/** What became of a wish to pause, resume or cancel. */
export type Steering = { readonly end: 'done' | 'no'; readonly broadcast: BroadcastView } | undefined;

/** Notifications to many. Every method but `appOf` is bound to the caller's app. */
export class Broadcasts {
  constructor(private readonly parts: StartDependencies & EstimateDependencies & { readonly quotas: Quotas }) {}

  start(appId: Uuid, request: BroadcastRequest, key: string | undefined): Promise<AcceptResult> {
    return this.parts.quotas.spend(
      appId,
      () => startBroadcast(this.parts, appId, request, key),
      () => earlierBroadcast(this.parts.database, appId, request, key),
    );
  }

  estimate(appId: Uuid, request: BroadcastRequest): Promise<BroadcastEstimate> {
    return inTurn(() => estimateBroadcast(this.parts, appId, request));
  }

  async get(appId: Uuid, id: Uuid): Promise<BroadcastView | undefined> {
    const { rows } = await this.parts.database.query<BroadcastRow>(BROADCAST, [id, appId]);
    return (await this.view(rows))[0];
  }

  /** Whose it is; undefined: there is no such broadcast. */
  async appOf(id: Uuid): Promise<Uuid | undefined> {
    return (await this.parts.database.query<{ appId: Uuid }>(APP_OF_BROADCAST, [id])).rows[0]?.appId;
  }

  /** The newest first, behind the broadcast `after` (a public id). */
  async list(
    appId: Uuid,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Page<BroadcastView>> {
    const below = after === undefined ? null : parseId('broadcast', after);
    if (below === undefined) return { items: [], next: null };
    const { rows } = await this.parts.database.query<BroadcastRow>(BROADCASTS, [appId, below, limit + 1]);
    const items = await this.view(rows.slice(0, limit));
    return { items, next: rows.length > limit ? items.at(-1)!.id : null };
  }

  /** Its deliveries so far, in the order of their ids; undefined when this app has no such broadcast. */
  async deliveries(appId: Uuid, id: Uuid, query: BroadcastDeliveriesQuery): Promise<Page<DeliveryView> | undefined> {
    const { rowCount } = await this.parts.database.query(BROADCAST, [id, appId]);
    return rowCount === 0 ? undefined : deliveryPage(this.parts.database, appId, id, query);
  }

  pause(appId: Uuid, id: Uuid): Promise<Steering> {
    return this.told(pauseBroadcast(this.parts.database, appId, id));
  }

  resume(appId: Uuid, id: Uuid): Promise<Steering> {
    return this.told(resumeBroadcast(this.parts.database, this.parts.publisher, appId, id));
  }

  cancel(appId: Uuid, id: Uuid): Promise<Steering> {
    return this.told(cancelBroadcast(this.parts.database, appId, id));
  }

  private async told(steering: Promise<Steered>): Promise<Steering> {
    const steered = await steering;
    return steered && { end: steered.end, broadcast: (await this.view([steered.row]))[0]! };
  }

  private async view(rows: readonly BroadcastRow[]): Promise<BroadcastView[]> {
    if (rows.length === 0) return [];
    const { database } = this.parts;
    const ids = rows.map(({ id }) => id);
    const { rows: owing } = await database.query<{ id: Uuid }>(OWING, [ids]);
    // Read afterwards: what ends in between is counted, and not missing from both.
    const tallies = await talliesOf(database, ids);
    const owes = new Set(owing.map(({ id }) => id));
    return rows.map((row) => viewBroadcast(row, tallies.get(row.id) ?? NO_TALLY, owes.has(row.id), Date.now()));
  }
}

/** What a broadcast's id looks like. */
export const BROADCAST_ID = formatId('broadcast', '00000000-0000-7000-8000-000000000000');
