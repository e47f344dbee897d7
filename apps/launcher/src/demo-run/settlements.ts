import type { EventType, FeedEvent } from '@signalbox/server';

/** After one of these nothing more comes for a delivery. */
const DELIVERY_ENDS = [
  'delivery.sent',
  'delivery.rejected',
  'delivery.gone',
  'delivery.suspect',
  'delivery.refused',
  'delivery.expired',
  'delivery.dead',
] as const satisfies readonly EventType[];
/** After one of these nothing more comes for the whole notification. */
const NOTIFICATION_ENDS = [
  'notification.undeliverable',
  'notification.cancelled',
] as const satisfies readonly EventType[];

/** What has to be asked of the feed to keep this account. */
export const SETTLING_EVENTS: readonly EventType[] = [
  ...DELIVERY_ENDS,
  ...NOTIFICATION_ENDS,
  'notification.routed',
  'device.removed',
  'device.suspected',
];

const endsDelivery: ReadonlySet<string> = new Set(DELIVERY_ENDS);
const endsNotification: ReadonlySet<string> = new Set(NOTIFICATION_ENDS);

/** Keeps account, from the feed alone, of which notifications have come to their end, and of what became of phones. */
export class Settlements {
  /** Deliveries that still have to end. One is usual; routing says so when it made another number. */
  private readonly open: Map<string, number>;
  /** By the id of the device. */
  readonly phones = new Map<string, 'deleted' | 'set aside'>();

  constructor(ids: readonly string[]) {
    this.open = new Map(ids.map((id) => [id, 1]));
  }

  /** Notifications that have not come to their end. */
  get left(): number {
    return this.open.size;
  }

  see({ type, subject, data }: FeedEvent): void {
    if (type === 'device.removed') this.phones.set(subject, 'deleted');
    if (type === 'device.suspected') this.phones.set(subject, 'set aside');
    const open = this.open.get(subject);
    if (open === undefined) return;
    if (type === 'notification.routed') this.open.set(subject, Number(data['deliveries']));
    if (endsNotification.has(type)) this.open.delete(subject);
    if (!endsDelivery.has(type)) return;
    if (open === 1) this.open.delete(subject);
    else this.open.set(subject, open - 1);
  }
}
