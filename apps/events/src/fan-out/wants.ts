import { formatId, type Uuid } from '@signalbox/contracts';

export interface Receiver {
  readonly id: Uuid;
  readonly appId: Uuid;
  /** Empty: all types. */
  readonly eventTypes: readonly string[];
}

/** Sent to its endpoint alone, at once, by whoever asked for it. */
const TEST_EVENT = 'webhook_endpoint.test';

/**
 * Whether an endpoint gets an event. What happens to an endpoint is never told to itself: a fact that comes of failing to
 * deliver must not become the next thing to deliver. Other endpoints of the app get it, and since a fact is written only
 * when an endpoint changes its state, never when a delivery fails, that ends, too.
 */
export function wants(receiver: Receiver, event: { appId: Uuid; type: string; subject: string }): boolean {
  if (event.appId !== receiver.appId || event.type === TEST_EVENT) return false;
  if (event.subject === formatId('webhookEndpoint', receiver.id)) return false;
  return receiver.eventTypes.length === 0 || receiver.eventTypes.includes(event.type);
}
