import type { Uuid } from '@signalbox/contracts';
import type { NotNow } from './find-user.js';

/** An event about Stripe's own events: some were not made, or made late. */
export interface HealthEvent {
  readonly appId: Uuid;
  readonly account: string;
  readonly livemode: boolean;
  readonly stripeId: string;
  readonly type: string;
  /** As it came. */
  readonly body: Buffer;
}

/** Hears of health events before they are put away; at least once. It may ask to hear of one again, later. */
export type HealthListener = (event: HealthEvent) => Promise<NotNow | undefined>;

/** How their types begin. */
const HEALTH = 'v2.core.health.';

export function isHealthEvent(type: string): boolean {
  return type.startsWith(HEALTH);
}
