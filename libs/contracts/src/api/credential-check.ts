import { z } from 'zod';

/** The body of `POST /v1/credential-checks`. */
export const credentialCheckRequest = z.strictObject({
  appId: z.string().meta({ description: '`app_...`: each of its credentials that this service uses is tried' }),
});
export type CredentialCheckRequest = z.output<typeof credentialCheckRequest>;

/**
 * What a dry run came to:
 *
 * | verdict       |                                                                                     |
 * |---------------|-------------------------------------------------------------------------------------|
 * | `works`       | the provider took it, and nothing was sent or changed                               |
 * | `limited`     | it is taken, and may not do everything that it is needed for                        |
 * | `refused`     | the provider does not take it                                                       |
 * | `unreachable` | the provider did not answer, or was busy: nothing is known                           |
 * | `unreadable`  | it could not be opened here: another master key sealed it                            |
 */
export const credentialVerdict = z.enum(['works', 'limited', 'refused', 'unreachable', 'unreadable']);
export type CredentialVerdict = z.output<typeof credentialVerdict>;

const credentialCheck = z.object({
  credentialId: z.string(),
  provider: z.enum(['apns', 'fcm', 'webpush', 'stripe', 'braintree']),
  of: z.string().meta({ description: 'what was tried: an environment and bundle id, a project, a pair of keys' }),
  verdict: credentialVerdict,
  said: z.string().meta({ description: 'what the provider answered, in its own words where it has some' }),
  remedy: z.string().optional(),
  endsAt: z.iso.datetime().optional().meta({ description: 'when the first certificate that it rests on ends' }),
});
export type CredentialCheck = z.output<typeof credentialCheck>;
export const credentialChecksAnswer = z.object({ checks: z.array(credentialCheck) });
export type CredentialChecksAnswer = z.output<typeof credentialChecksAnswer>;
