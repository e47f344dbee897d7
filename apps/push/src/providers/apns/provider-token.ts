import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import type { ApnsCredential } from '@signalbox/credentials';
import { RENEW_PROVIDER_TOKEN_AFTER_MS } from './apns-outcome.js';

/** A clock that was set back by more than this has left us a token from the future, which Apple refuses. */
const TOLERATED_STEP_BACK_MS = 60_000;

/**
 * The JWT that proves our team to Apple: one per credential, shared by its connections to both environments, because
 * Apple answers TooManyProviderTokenUpdates to more than one new token per 20 minutes.
 * https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns
 *
 * It takes the place of the token object inside @parse/node-apn, hence the names. That library asks for a new one at
 * every 403 ExpiredProviderToken; here a request for a new token is granted only when the present one is due, so a
 * wrong clock cannot make us sign in a loop.
 */
export class ProviderToken {
  generation = 0;
  current: string;
  private readonly key: KeyObject;
  private signedAt: number;

  /** @throws when `secret.privateKey` is not a private key in PEM; it was checked when it was stored. */
  constructor(
    private readonly secret: Pick<ApnsCredential, 'teamId' | 'keyId' | 'privateKey'>,
    private readonly now: () => number = Date.now,
  ) {
    this.key = createPrivateKey(secret.privateKey);
    this.signedAt = now();
    this.current = this.signed();
  }

  get ageMs(): number {
    return this.now() - this.signedAt;
  }

  isExpired(): boolean {
    return this.ageMs >= RENEW_PROVIDER_TOKEN_AFTER_MS || this.ageMs < -TOLERATED_STEP_BACK_MS;
  }

  /** `generation` is the one the caller used: of many requests that failed together only the first renews. */
  regenerate(generation: number): void {
    if (generation !== this.generation || !this.isExpired()) return;
    this.generation += 1;
    this.signedAt = this.now();
    this.current = this.signed();
  }

  private signed(): string {
    const { keyId, teamId } = this.secret;
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = `${encode({ alg: 'ES256', kid: keyId })}.${encode({ iss: teamId, iat: Math.floor(this.signedAt / 1000) })}`;
    const signature = sign('sha256', Buffer.from(claims), { key: this.key, dsaEncoding: 'ieee-p1363' });
    return `${claims}.${signature.toString('base64url')}`;
  }
}
