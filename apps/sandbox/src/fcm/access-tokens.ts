import { randomBytes } from 'node:crypto';
import type { RegisteredAccount, ServiceAccounts } from '../identity/service-accounts.js';

/** Access tokens remembered, expired ones included. A sender has one an hour; the oldest is forgotten first. */
const BOUND = 100_000;
/** Either scope lets an account send: https://firebase.google.com/docs/cloud-messaging/auth-server */
const SENDING_SCOPES = [
  'https://www.googleapis.com/auth/firebase.messaging',
  'https://www.googleapis.com/auth/cloud-platform',
];

interface Issued {
  readonly account: RegisteredAccount;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

export type AccessVerdict =
  | { readonly valid: true; readonly account: RegisteredAccount; readonly maySend: boolean }
  | {
      readonly valid: false;
      /** Google's `ErrorInfo.reason`. */
      readonly reason: 'CREDENTIALS_MISSING' | 'ACCESS_TOKEN_TYPE_UNSUPPORTED' | 'ACCESS_TOKEN_EXPIRED';
    };

/** The opaque OAuth access tokens that were given out. They live in memory: a restart makes every sender ask again. */
export class AccessTokens {
  private readonly issued = new Map<string, Issued>();

  constructor(private readonly accounts: ServiceAccounts) {}

  issue(account: RegisteredAccount, scopes: readonly string[], seconds: number, now: number): string {
    const token = `ya29.sandbox-${randomBytes(32).toString('base64url')}`;
    const oldest = this.issued.keys().next();
    if (this.issued.size >= BOUND && !oldest.done) this.issued.delete(oldest.value);
    this.issued.set(token, { account, scopes, expiresAt: now + seconds * 1000 });
    return token;
  }

  judge(authorization: string | undefined, now: number): AccessVerdict {
    if (authorization === undefined) return { valid: false, reason: 'CREDENTIALS_MISSING' };
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    const issued = token === undefined ? undefined : this.issued.get(token);
    // A token of a key that was revoked is worth nothing: a test of rotation need not wait for its hour to pass.
    if (!issued || !this.accounts.has(issued.account.keyId))
      return { valid: false, reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED' };
    if (now >= issued.expiresAt) return { valid: false, reason: 'ACCESS_TOKEN_EXPIRED' };
    return {
      valid: true,
      account: issued.account,
      maySend: issued.scopes.some((scope) => SENDING_SCOPES.includes(scope)),
    };
  }

  /** Makes every token given out so far unknown. */
  forgetAll(): void {
    this.issued.clear();
  }
}
