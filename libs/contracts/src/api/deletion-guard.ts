import { z } from 'zod';

export const deletionGuardParams = z.strictObject({ credentialId: z.string().meta({ description: '`crd_...`' }) });

const deletionGuardView = z.object({
  credentialId: z.string(),
  appId: z.string(),
  provider: z.string(),
  trippedAt: z.iso.datetime().nullable().meta({ description: 'since when nothing is deleted; null: not tripped' }),
  openUntil: z.iso.datetime().nullable().meta({ description: 'until when an operator lets everything be deleted' }),
  held: z.int().meta({ description: 'devices that are suspect instead of deleted' }),
});
export type DeletionGuardView = z.output<typeof deletionGuardView>;
/** Guards that are tripped or were opened; all others work in silence. */
export const deletionGuardsAnswer = z.object({ guards: z.array(deletionGuardView) });
export type DeletionGuardsAnswer = z.output<typeof deletionGuardsAnswer>;

/** The body of `POST /v1/deletion-guards/{credentialId}/release`. */
export const releaseRequest = z.strictObject({
  verdict: z.enum(['delete', 'keep']).meta({
    description: 'what becomes of the devices it holds: deleted as the provider said, or active again',
  }),
  openForHours: z.int().min(1).max(168).optional().meta({
    description: 'let everything be deleted for so long, for a clean-up that is known to be large',
  }),
});
export type ReleaseRequest = z.output<typeof releaseRequest>;
export const releaseAnswer = z.object({ devices: z.int() });
export type ReleaseAnswer = z.output<typeof releaseAnswer>;
