import type { Random } from '../world/random.js';
import type { DeliveryBehaviour } from './delivery-behaviour.js';

/** When the copies of one delivery leave, in milliseconds from now; none when it is dropped. */
export function planDelivery(behaviour: DeliveryBehaviour, random: Random): number[] {
  // Every delivery draws the same number of chances, so that one setting does not shift the fate of all others.
  const dropped = random.chance(behaviour.drop);
  const duplicated = random.chance(behaviour.duplicate);
  const delays = [0, 0].map(() => behaviour.delayMs + random.next() * behaviour.jitterMs);
  if (dropped) return [];
  return duplicated ? delays : delays.slice(0, 1);
}
