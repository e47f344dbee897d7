import { z } from 'zod';
import { faultFields, ms, oneEnding, share } from '../../control/fault-schema.js';
import { accountFields } from './acting.js';

const fault = faultFields(/^(GET|POST|DELETE) \/v[12]\//, 'POST /v1/payment_intents/:id/confirm')
  .extend({
    key: accountFields.key.unwrap().optional(),
    code: z.string().max(100).optional(),
    /** The error is kept under the Idempotency-Key. */
    sticks: z.boolean().optional(),
  })
  .superRefine(oneEnding);

/** What holds for the whole API, as it is written. */
export const apiBehaviour = z.strictObject({
  blackhole: z.boolean().default(false),
  latencyMs: ms.default(0),
  faults: z.array(fault).max(100).default([]),
  ungenerated: share.default(0),
  sameSecond: z.boolean().default(false),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});
