import {
  parseId,
  type Page,
  type PaymentHistory,
  type PaymentQuery,
  type PaymentView,
  type Uuid,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { toPage } from '@signalbox/http';
import { viewParts, viewPayment, type PaymentObject, type PaymentRow } from './payment-view.js';
import { LIST, LIST_OF_USER, OBJECTS, ONE } from './payment.queries.js';
import { readTimeline } from './timeline.js';

const LAST_UUID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Objects of one payment that are read, at most; attempts that failed are counted by themselves. */
const OBJECTS_READ = 1_000;

/** Payments as their app sees them. */
export class Payments {
  constructor(private readonly sql: Sql) {}

  /** Newest first. */
  list(appId: Uuid, query: PaymentQuery): Promise<Page<PaymentView>> {
    return this.page(LIST, appId, query);
  }

  /** A user's own, newest first. */
  ofUser(appId: Uuid, userId: string, query: PaymentQuery): Promise<Page<PaymentView>> {
    return this.page(LIST_OF_USER, appId, query, userId);
  }

  private async page(
    sql: string,
    appId: Uuid,
    { after, limit }: PaymentQuery,
    ...more: readonly string[]
  ): Promise<Page<PaymentView>> {
    const before = after === undefined ? LAST_UUID : parseId('payment', after);
    if (before === undefined) return { items: [], next: null };
    const { rows } = await this.sql.query<PaymentRow>(sql, [appId, before, limit + 1, ...more]);
    // A list shows no attempts: the newest only says when the gateway last told of the payment.
    const objectsOf = Map.groupBy(await this.objects(rows, 1), ({ paymentId }) => paymentId);
    return toPage(
      rows.map((row) => viewPayment(row, objectsOf.get(row.id) ?? [])),
      limit,
    );
  }

  /** One payment and why it stands as it does; undefined: the app has no such payment. */
  async find(appId: Uuid, id: string): Promise<PaymentHistory | undefined> {
    const payment = parseId('payment', id);
    if (payment === undefined) return undefined;
    const { rows } = await this.sql.query<PaymentRow>(ONE, [payment, appId]);
    const row = rows[0];
    if (row === undefined) return undefined;
    const objects = await this.objects([row], OBJECTS_READ);
    const keys = new Set([...(row.objectKey === null ? [] : [row.objectKey]), ...objects.map(({ key }) => key)]);
    const timeline = await readTimeline(this.sql, appId, [...keys]);
    return { ...viewPayment(row, objects), ...viewParts(objects), timeline };
  }

  private async objects(payments: readonly PaymentRow[], failedAttempts: number): Promise<PaymentObject[]> {
    const ids = payments.map(({ id }) => id);
    return (await this.sql.query<PaymentObject>(OBJECTS, [ids, OBJECTS_READ, failedAttempts])).rows;
  }
}
