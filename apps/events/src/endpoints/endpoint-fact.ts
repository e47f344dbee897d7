import { formatId, type EventType, type Uuid } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';

/** A fact about an endpoint, whose id is the subject. */
export function endpointFact(
  type: Extract<EventType, `webhook_endpoint.${string}`>,
  { id, appId }: { readonly id: Uuid; readonly appId: Uuid },
  data: object = {},
): Fact {
  const endpointId = formatId('webhookEndpoint', id);
  return { appId, type, subject: endpointId, data: { endpointId, ...data } };
}
