import { createHmac } from 'node:crypto';
import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';

const PURPOSE = 'person';

/**
 * What stands for a user where the record outlives the user: our own id, which points at nothing then, or a keyed hash of the
 * app's own, from which nobody without the master key can tell who it was. The first is written; after a change of the master key
 * the others still find what was written before.
 */
export function personKeys(envelope: Envelope, appId: Uuid, userId: string): readonly [string, ...string[]] {
  if (parseId('user', userId) !== undefined) return [userId];
  const [first, ...older] = envelope.derive(PURPOSE);
  const keyed = (key: Buffer): string =>
    `person_${createHmac('sha256', key).update(`${appId}\0${userId}`).digest('base64url')}`;
  return [keyed(first), ...older.map(keyed)];
}

/** A name for an erased user that says nothing of them: it is made of the request's own random id. */
export function pseudonymOf(requestId: Uuid): string {
  return formatId('dataRequest', requestId).replace(/^\w+_/, 'erased_');
}

const PSEUDONYM = /^erased_[0-9a-hjkmnp-tv-z]{26}$/;

/** Whether an id stands for a user who was erased. */
export function isPseudonym(userId: string): boolean {
  return PSEUDONYM.test(userId);
}
