import { z } from 'zod';
import { credentialVerdict } from './credential-check.js';

export const syntheticCheckParams = z.strictObject({ credentialId: z.string().meta({ description: '`crd_...`' }) });

const syntheticCheckResult = z.object({
  at: z.iso.datetime(),
  milliseconds: z.int().meta({ description: 'how long it took' }),
  of: z.string().meta({ description: 'what was tried: an environment and bundle id, a project, a test device' }),
  verdict: credentialVerdict,
  said: z.string().meta({ description: 'what the provider answered, in its own words where it has some' }),
  remedy: z.string().optional(),
});
export type SyntheticCheckResult = z.output<typeof syntheticCheckResult>;

const syntheticCheckView = z.object({
  credentialId: z.string(),
  appId: z.string(),
  provider: z.enum(['apns', 'fcm', 'webpush', 'stripe', 'braintree']),
  deviceId: z.string().nullable().meta({ description: 'the test device that it is sent to; null: nothing is sent' }),
  verdict: credentialVerdict.nullable().meta({ description: 'what the last check came to; null: not tried yet' }),
  since: z.iso.datetime().nullable().meta({ description: 'since when it comes to that, without a break' }),
  checkedAt: z.iso.datetime().nullable(),
  wellAt: z.iso.datetime().nullable().meta({ description: 'when the provider last took it' }),
  dueAt: z.iso.datetime().nullable().meta({ description: 'when it is tried next' }),
  results: z.array(syntheticCheckResult).meta({ description: 'the last twenty, the newest first' }),
});
export type SyntheticCheckView = z.output<typeof syntheticCheckView>;
/** Every credential, those that fail first. */
export const syntheticChecksAnswer = z.object({ checks: z.array(syntheticCheckView) });
export type SyntheticChecksAnswer = z.output<typeof syntheticChecksAnswer>;

/** The body of `PUT /v1/synthetic-checks/{credentialId}/device`. */
export const syntheticCheckDevice = z.strictObject({
  deviceId: z.string().nullable().meta({
    description: '`dev_...` of the same app: each check sends it a message that shows nothing; null: none',
  }),
});
export type SyntheticCheckDevice = z.output<typeof syntheticCheckDevice>;
