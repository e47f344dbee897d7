export { type Access, type AccessOptions, type AccessVariables, openAccess } from './open-access.js';
export { TokenAuthenticator } from './token-authenticator.js';
export type { RevocationKind } from './revocations/revocation.js';
export { hasSessionEnded } from './revocations/revocation.queries.js';
export { revocationSweep } from './revocations/revocation-sweep.js';
export { type NewRevocation, writeRevocations } from './revocations/write-revocations.js';
export { type RelayOptions, RevocationRelay } from './stream/revocation-relay.js';
