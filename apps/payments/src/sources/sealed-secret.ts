import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';

const HINT_LENGTH = 4;

/** A signing secret as it is stored. */
export interface SealedSecret {
  readonly sealed: Buffer;
  readonly hint: string;
}

export function sealSecret(envelope: Envelope, appId: Uuid, secret: string): SealedSecret {
  return { sealed: envelope.seal(secret, contextOf(appId)), hint: secret.slice(-HINT_LENGTH) };
}

/** @throws SealBroken when this process lacks the master key that sealed it. */
export function openSecret(envelope: Envelope, appId: Uuid, sealed: Uint8Array): KeyObject {
  return createSecretKey(envelope.open(sealed, contextOf(appId)));
}

/** Where `stripe_secret.sealed` lives. */
function contextOf(appId: Uuid): SealContext {
  return { appId, table: 'stripe_secret', column: 'sealed' };
}
