import type { BucketLimits } from '@signalbox/resilience';
import type { RouteClass } from './route-class.js';

/** What a key may ask for by the class of a route, and a user everywhere. */
export type RequestLimits = Readonly<Record<RouteClass | 'user', BucketLimits>>;

/**
 * Where nobody said otherwise: more than an honest caller asks of one process, whatever the machine, so that it only stops who runs in a
 * loop. One publishable key is in all phones of an app, so a key's writes are many. Who wants less for an app says so.
 */
export const USUAL_LIMITS: RequestLimits = {
  read: { perSecond: 2_000, burst: 4_000 },
  write: { perSecond: 5_000, burst: 10_000 },
  send: { perSecond: 25_000, burst: 50_000 },
  user: { perSecond: 1_000, burst: 2_000 },
};
