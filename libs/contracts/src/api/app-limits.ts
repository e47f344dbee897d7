import { z } from 'zod';

/** Requests of one kind: so many a second in the long run, and so many at once. */
const requestRate = z.strictObject({
  perSecond: z.number().min(0.001).max(1_000_000).meta({ description: 'in the long run' }),
  burst: z.int().min(1).max(10_000_000).meta({ description: 'at once, after a pause' }),
});

const requestRates = z.strictObject({
  read: requestRate.optional().meta({ description: 'GET' }),
  write: requestRate.optional().meta({ description: 'what changes something' }),
  send: requestRate.optional().meta({ description: 'notifications and broadcasts' }),
});

const quotas = z.strictObject({
  notificationsPerDay: z.int().min(0).max(1e12).optional().meta({ description: 'of a day in UTC' }),
  notificationsPerMonth: z.int().min(0).max(1e12).optional().meta({ description: 'of a month in UTC' }),
});

/** What an app may ask for, where that is not what everybody may. */
export const appLimits = z.strictObject({
  requests: requestRates
    .prefault({})
    .meta({ description: 'of each of its API keys; what is left out is as for all apps' }),
  keys: z
    .record(z.string().startsWith('key_'), requestRates)
    .default({})
    .refine((keys) => Object.keys(keys).length <= 100, 'must name at most 100 keys')
    .meta({ description: 'by the id of a key: in the place of `requests`' }),
  quotas: quotas.prefault({}).meta({ description: 'of the whole app; without one there is no end' }),
});
export type AppLimits = z.output<typeof appLimits>;
export type Quotas = AppLimits['quotas'];

const usedOf = z.object({
  used: z.int().nullable().meta({ description: 'null: not counted, since there is no quota' }),
  limit: z.int().nullable(),
  resetsAt: z.iso.datetime(),
});

/** How much of its quotas an app has used. */
export const usageAnswer = z.object({
  appId: z.string(),
  notifications: z.object({ day: usedOf, month: usedOf }),
});
export type UsageAnswer = z.output<typeof usageAnswer>;

export const usageQuery = z.strictObject({
  appId: z.string().optional().meta({ description: "for operators: whose; a key's own otherwise" }),
});
