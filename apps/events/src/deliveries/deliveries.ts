import {
  formatId,
  parseId,
  type Page,
  type Uuid,
  type WebhookDeliveryHistory,
  type WebhookDeliveryQuery,
  type WebhookDeliveryView,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { viewAttempt, viewDelivery, type AttemptRow, type DeliveryRow } from './delivery-view.js';
import { deliveryIdOf } from './delivery-id.js';
import { ATTEMPTS, LIST, ONE } from './delivery.queries.js';

/** Deliveries that a filtered page looks at, at most. */
const SLICE = 5_000;
const LAST_UUID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

type ListRow = { lookedAt: number; endId: Uuid | null } & (DeliveryRow | { id: null });

/** What became of the events that an endpoint was to get. */
export class Deliveries {
  constructor(private readonly sql: Sql) {}

  async list(endpoint: Uuid, { after, limit, state }: WebhookDeliveryQuery): Promise<Page<WebhookDeliveryView>> {
    const before = after === undefined ? LAST_UUID : parseId('webhookDelivery', after);
    if (before === undefined) return { items: [], next: null };
    const slice = state === undefined ? limit + 1 : Math.max(SLICE, limit + 1);
    const { rows } = await this.sql.query<ListRow>(LIST, [endpoint, before, slice, state ?? null, limit + 1]);
    const found = rows.filter((row): row is ListRow & DeliveryRow => row.id !== null).map(viewDelivery);
    const items = found.slice(0, limit);
    if (found.length > limit) return { items, next: items.at(-1)!.id };
    const { lookedAt, endId } = rows[0]!;
    return { items, next: lookedAt === slice && endId !== null ? formatId('webhookDelivery', endId) : null };
  }

  async find(endpoint: Uuid, delivery: Uuid): Promise<WebhookDeliveryView | undefined> {
    const { rows } = await this.sql.query<DeliveryRow>(ONE, [endpoint, delivery]);
    return rows[0] && viewDelivery(rows[0]);
  }

  async history(endpoint: Uuid, delivery: Uuid): Promise<WebhookDeliveryHistory | undefined> {
    const view = await this.find(endpoint, delivery);
    if (view === undefined) return undefined;
    const { rows } = await this.sql.query<AttemptRow>(ATTEMPTS, [delivery]);
    return { ...view, log: rows.map(viewAttempt) };
  }
}

/** A delivery as a caller names it: by its own id, or by its event's. */
export function parseDelivery(endpoint: Uuid, id: string): { delivery: Uuid; event?: Uuid } | undefined {
  const event = parseId('event', id);
  if (event !== undefined) return { delivery: deliveryIdOf(event, endpoint), event };
  const delivery = parseId('webhookDelivery', id);
  return delivery === undefined ? undefined : { delivery };
}
