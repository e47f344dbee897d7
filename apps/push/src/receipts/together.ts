import type { ReceiptKind, Uuid } from '@signalbox/contracts';
import type { ReportedDelivery } from './reported-delivery.js';

interface Word extends ReportedDelivery {
  readonly appId: Uuid;
  readonly deliveryId: Uuid;
  readonly kind: ReceiptKind;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Everything that was said of one delivery, each thing when it was first. */
export interface Said extends ReportedDelivery {
  readonly appId: Uuid;
  readonly deliveryId: Uuid;
  readonly received: number;
  readonly opened: number | undefined;
  readonly dismissed: number | undefined;
}

/** One for each delivery. Whatever is opened or dismissed was received, at that moment at the latest. */
export function together(words: readonly Word[]): Said[] {
  return [...Map.groupBy(words, ({ deliveryId }) => deliveryId).values()].map((all) => {
    const firstOf = (kind?: ReceiptKind): number | undefined => {
      const times = all.filter((each) => kind === undefined || each.kind === kind).map(({ at }) => at);
      return times.length === 0 ? undefined : Math.min(...times);
    };
    const { kind: _kind, at: _at, ...delivery } = all[0]!;
    return { ...delivery, received: firstOf()!, opened: firstOf('opened'), dismissed: firstOf('dismissed') };
  });
}
