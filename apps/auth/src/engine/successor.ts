import { createHmac } from 'node:crypto';
import type { Envelope } from '@signalbox/credentials';
import Provider, { errors } from 'oidc-provider';
import { recordIdOf } from './records/record-id.js';
import { requestMemory } from './request-memory.js';

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

  /**
   * @param known the id that it is kept under already, if it is.
   * @throws TemporarilyUnavailable where that was made with a key that this process does not have yet.
   */
  of(token: string, known: Buffer | undefined): string {
    if (known === undefined) return successor(this.keys[0], token);
    const key = this.keys.find((candidate) => known.equals(recordIdOf(successor(candidate, token))));
    if (key === undefined) throw notHere();
    return successor(key, token);
  }
}

/** A process that computes with another key was there before: this is the successor, and no other. */
export class OtherSuccessor extends Error {
  override readonly name = 'OtherSuccessor';

  constructor(readonly id: Buffer) {
    super('the refresh token has a successor that was computed with another key');
  }
}

interface TokenBeingMade {
  jti: string;
  generateTokenId: (this: TokenBeingMade) => string;
  save: (this: TokenBeingMade) => Promise<string>;
}

/** A rotated token's successor is computed from it, so that a lost answer can be asked for again. */
export function deriveSuccessors(provider: Provider, successors: Successors): void {
  const prototype = provider.RefreshToken.prototype as unknown as TokenBeingMade;
  const { generateTokenId, save } = prototype;
  prototype.generateTokenId = function (): string {
    const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    return rotated === undefined ? generateTokenId.call(this) : successors.of(rotated.jti, requestMemory().successor);
  };
  prototype.save = async function (): Promise<string> {
    try {
      return await save.call(this);
    } catch (error) {
      if (!(error instanceof OtherSuccessor)) throw error;
      requestMemory().successor = error.id;
      this.jti = this.generateTokenId();
      return save.call(this);
    }
  };
}

/** The phone asks again, and meets a process that can tell. */
function notHere(): errors.OIDCProviderError {
  const error = new errors.CustomOIDCProviderError('temporarily_unavailable', 'try again in a moment');
  return Object.assign(error, { status: 503, statusCode: 503 });
}

function successor(key: Buffer, token: string): string {
  return createHmac('sha256', key).update(token).digest('base64url');
}
