import { z } from 'zod';
import { faultFields, ms, oneEnding, share } from '../../control/fault-schema.js';
import { accountFields } from './acting.js';

<<<<<<< HEAD
const MINUTES_MS = 600_000;
const share = z.number().min(0).max(1);
const ms = z.int().min(0).max(MINUTES_MS);

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

const faultFields = z.strictObject({
  route: z
    .string()
    .regex(/^(GET|POST|DELETE) \/v[12]\//, 'a route such as POST /v1/payment_intents/:id/confirm')
    .optional(),
  key: accountFields.key.unwrap().optional(),
  share: share.default(1),
  times: z.int().min(1).max(1_000_000).optional(),
  /** The request is carried out first. */
  after: z.boolean().default(false),
  /** The error is kept under the Idempotency-Key. */
  sticks: z.boolean().default(false),
  status: z.int().min(400).max(599).optional(),
  retryAfter: z.int().min(0).max(86_400).optional(),
  code: z.string().max(100).optional(),
  hang: z.literal(true, 'true, or leave it out').optional(),
  disconnect: z.literal(true, 'true, or leave it out').optional(),
  latencyMs: ms.optional(),
});
type FaultFields = z.output<typeof faultFields>;

const fault = faultFields.superRefine((fields, context) => {
  const endings = [fields.status, fields.hang, fields.disconnect].filter((field) => field !== undefined);
  if (endings.length > 1)
    context.addIssue({ code: 'custom', message: 'give one of status, hang and disconnect: they exclude each other' });
  if (endings.length === 0 && fields.latencyMs === undefined)
    context.addIssue({ code: 'custom', message: 'give one of status, hang, disconnect and latencyMs' });
  if (fields.status === undefined && (fields.retryAfter !== undefined || fields.code !== undefined))
    context.addIssue({ code: 'custom', path: ['status'], message: 'retryAfter and code belong to a status' });
  if (fields.status === undefined && fields.sticks)
    context.addIssue({ code: 'custom', path: ['sticks'], message: 'only an answer can stick: give a status' });
});
=======
const fault = faultFields(/^(GET|POST|DELETE) \/v[12]\//, 'POST /v1/payment_intents/:id/confirm')
  .extend({ key: accountFields.key.unwrap().optional(), code: z.string().max(100).optional() })
  .superRefine(oneEnding);
>>>>>>> df2f962 (feat(sandbox): a Braintree that the official SDK drives, on port 4014)

/** What holds for the whole API, as it is written. */
export const apiBehaviour = z.strictObject({
  blackhole: z.boolean().default(false),
  latencyMs: ms.default(0),
  faults: z.array(fault).max(100).default([]),
  ungenerated: share.default(0),
  sameSecond: z.boolean().default(false),
  seed: z.int().min(0).max(4_294_967_295).optional(),
});
<<<<<<< HEAD

export function toFault(
  { route, share: part, times, after, sticks, latencyMs, ...rest }: FaultFields,
  accountId: string | undefined,
): Fault {
  return { route, accountId, share: part, times, after, sticks, latencyMs, ending: endingOf(rest) };
}

/** The fields that say the same as the fault, so that what was read can be written back. */
export function describeFault(
  { ending, accountId: _key, ...fault }: Fault,
  key: string | undefined,
  used: number,
): object {
  const { kind, ...answer } = ending ?? { kind: undefined };
  const said = kind === 'hang' ? { hang: true } : kind === 'disconnect' ? { disconnect: true } : answer;
  return { ...fault, sticks: fault.sticks || undefined, key, ...said, used };
}

function endingOf({ status, retryAfter, code, hang, disconnect }: Partial<FaultFields>): FaultEnding | undefined {
  if (hang) return { kind: 'hang' };
  if (disconnect) return { kind: 'disconnect' };
  return status === undefined ? undefined : { kind: 'answer', status, retryAfter, code };
}
=======
>>>>>>> df2f962 (feat(sandbox): a Braintree that the official SDK drives, on port 4014)
