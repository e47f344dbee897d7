import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import { z } from 'zod';
import type { ProvenIdentity } from '../calls/proven-identity.js';

const provenIdentity = z.object({
  provider: z.string(),
  issuer: z.string(),
  subject: z.string(),
  clientId: z.string(),
  email: z.string().optional(),
  emailVerified: z.boolean(),
  isPrivateEmail: z.boolean(),
  name: z.string().optional(),
  refreshToken: z.string().optional(),
});

/** It waits in one table or another, and means the same in each. */
const context = (appId: Uuid) => ({ appId, table: 'identity', column: 'outcome' });

/** A proven identity that has to wait; it holds a name, an address and a token. */
export function sealProof(envelope: Envelope, appId: Uuid, identity: ProvenIdentity): Buffer {
  return envelope.seal(JSON.stringify(identity), context(appId));
}

/** @throws SealBroken */
export function openProof(envelope: Envelope, appId: Uuid, sealed: Uint8Array): ProvenIdentity {
  return provenIdentity.parse(JSON.parse(envelope.open(sealed, context(appId)).toString()));
}
