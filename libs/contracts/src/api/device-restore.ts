import { z } from 'zod';

const appId = z
  .string()
  .optional()
  .meta({ description: 'operators: the app that is meant; a key is bound to its own' });

/** The query of `POST /v1/devices/{installationId}/restore`. */
export const restoreOneQuery = z.strictObject({ appId });

const MOST_AT_ONCE = 10_000;

/** The body of `POST /v1/devices/restore`: which of the devices that a provider's answers ended are put back. */
export const restoreRequest = z
  .strictObject({
    appId,
    endedAfter: z.iso.datetime({ offset: true }).meta({ description: 'only devices that were ended at or after it' }),
    endedBefore: z.iso.datetime({ offset: true }).optional().meta({ description: 'and before it' }),
    provider: z.enum(['apns', 'fcm', 'webpush']).optional(),
    reason: z.string().min(1).max(512).optional().meta({
      description: "the provider's reason, such as `Unregistered`, also of those that a guard holds for it",
    }),
    limit: z
      .int()
      .min(1)
      .max(MOST_AT_ONCE)
      .default(MOST_AT_ONCE)
      .meta({ description: 'the rest stays, and is counted in `left`' }),
  })
  .superRefine(({ endedAfter, endedBefore }, context) => {
    if (endedBefore === undefined || new Date(endedBefore) > new Date(endedAfter)) return;
    context.addIssue({ code: 'custom', path: ['endedBefore'], message: 'must be later than endedAfter' });
  });
export type RestoreRequest = z.output<typeof restoreRequest>;
export type RestoreRequestInput = z.input<typeof restoreRequest>;

export const restoreAnswer = z.object({
  restored: z.int(),
  skipped: z.int().meta({ description: 'left as they are: another installation has registered their target since' }),
  left: z.int().meta({ description: 'devices that match and were not looked at by this call' }),
});
export type RestoreAnswer = z.output<typeof restoreAnswer>;
