import { createHash } from 'node:crypto';
import { timeOfUuid, uuidFromTimeAndTail, type Uuid } from '@signalbox/contracts';

/**
 * The id of one event for one endpoint: the event's time and count within it, and a hash of both. Computed, never stored
 * first, so that taking an event on twice (a recovery beside the feed) always names the same delivery; and the deliveries of
 * an endpoint are in the order of their events.
 */
export function deliveryIdOf(event: Uuid, endpoint: Uuid): Uuid {
  const tail = createHash('sha256').update(`${event}/${endpoint}`).digest();
  tail.writeUInt16BE(Number.parseInt(event.slice(14, 18), 16), 0);
  return uuidFromTimeAndTail(timeOfUuid(event), tail);
}
