import { z } from 'zod';
import { ORDINARY_DELIVERY } from '../deliver/delivery-behaviour.js';
import { ms, share } from './fault-schema.js';

/** What happens to deliveries, as it is written and read. */
export const deliveryBehaviour = z.strictObject({
  drop: share.default(ORDINARY_DELIVERY.drop),
  duplicate: share.default(ORDINARY_DELIVERY.duplicate),
  delayMs: ms.default(ORDINARY_DELIVERY.delayMs),
  jitterMs: ms.default(ORDINARY_DELIVERY.jitterMs),
  reorder: z.int().min(1).max(10_000).default(ORDINARY_DELIVERY.reorder),
  reorderWithinMs: ms.default(ORDINARY_DELIVERY.reorderWithinMs),
  retries: z
    .strictObject({ attempts: z.int().min(1).max(50), firstMs: ms, maxMs: ms })
    .default(ORDINARY_DELIVERY.retries),
  timeoutMs: ms.min(1).default(ORDINARY_DELIVERY.timeoutMs),
});
