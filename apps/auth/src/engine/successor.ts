import { createHmac } from 'node:crypto';
import type { Envelope } from '@signalbox/credentials';
import { recordIdOf } from './records/record-id.js';

/**
 * The one token that may follow a refresh token. It is computed from it and a key, so whoever sends a token again gets the same
 * successor, in this process or another, at once or later, and no table has to keep it. A copy of the database does not help: the
 * token is needed, and only its hash is there.
 */
export class Successors {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  constructor(envelope: Envelope) {
    this.keys = envelope.derive('refresh token successor');
  }

  /** The ids under which a successor may be kept: made with the key of today, or with one from before a change of keys. */
  idsOf(token: string): readonly Buffer[] {
    return this.keys.map((key) => recordIdOf(successor(key, token)));
  }

  /** @param known the id that it is kept under already, if it is. */
  of(token: string, known: Buffer | undefined): string {
    const key = this.keys.find((candidate) => known?.equals(recordIdOf(successor(candidate, token)))) ?? this.keys[0];
    return successor(key, token);
  }
}

function successor(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}
