import { formatId, type EventType, type Uuid } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';

/** A fact about a source, whose id is the subject. */
export function sourceFact(
  type: Extract<EventType, `stripe_source.${string}`>,
  { id, appId }: { readonly id: Uuid; readonly appId: Uuid },
  data: object = {},
): Fact {
  const sourceId = formatId('stripeSource', id);
  return { appId, type, subject: sourceId, data: { sourceId, ...data } };
}
