import type { Uuid } from '@signalbox/contracts';
import type { Bucket } from '../limits/attempt-limits.js';
import type { AccountParts, AccountRow, Asker, SlowDown } from './account-parts.js';
import { FIND_FOR_SIGN_IN, REHASH } from './account.queries.js';
import { readEmail } from './email-address.js';
import { HashRoomFull } from './passwords/hash-room.js';

export interface PasswordAttempt {
  readonly appId: Uuid;
  readonly email: string;
  readonly password: string;
  readonly visitor: Asker;
}

export type PasswordOutcome =
  | { readonly end: 'passed'; readonly userId: Uuid; readonly emailVerified: boolean }
  /** Wrong password, no such account, no password, disabled: nobody is told which. */
  | { readonly end: 'refused' }
  | SlowDown;

/** Characters. No password is longer; what is need not be hashed to be wrong. */
const MOST = 1_024;

interface Candidate extends Pick<AccountRow, 'id' | 'status' | 'verified'> {
  readonly passwordHash: string | null;
  readonly knowsDevice: boolean;
}

type Parts = Pick<AccountParts, 'database' | 'passwords' | 'limits'>;

/** Sign-in by address and password: the first factor, not a session. Does the same for accounts that exist and that do not. */
export class PasswordSignIn {
  constructor(private readonly parts: Parts) {}

  async attempt({ appId, email, password, visitor }: PasswordAttempt): Promise<PasswordOutcome> {
    // No account has an address that none can have; it is looked for all the same, as the others are.
    const key = readEmail(email)?.key ?? '';
    const candidate = await this.find(appId, key, visitor.deviceId);
    const buckets = bucketsOf(appId, key, visitor, candidate);
    const take = await this.parts.limits.takeAll(buckets);
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    try {
      if (!(await this.matches(candidate, password)) || candidate === undefined) return { end: 'refused' };
      await this.parts.limits.giveBack(buckets);
      await this.rehash(candidate, password);
      return { end: 'passed', userId: candidate.id, emailVerified: candidate.verified };
    } catch (error) {
      if (!(error instanceof HashRoomFull)) throw error;
      await this.parts.limits.giveBack(buckets);
      return { end: 'slow_down', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  private async find(appId: Uuid, key: string, deviceId: string | undefined): Promise<Candidate | undefined> {
    const { rows } = await this.parts.database.query<Candidate>(FIND_FOR_SIGN_IN, [appId, key, deviceId ?? null]);
    return rows[0];
  }

  private async matches(candidate: Candidate | undefined, password: string): Promise<boolean> {
    if (password.length > MOST * 2) return false;
    const matches = await this.parts.passwords.verify(candidate?.passwordHash ?? undefined, password);
    return matches && candidate?.status === 'active';
  }

  /** A hash of yesterday's cost is replaced by one of today's while the password is here. */
  private async rehash({ id, passwordHash }: Candidate, password: string): Promise<void> {
    if (passwordHash === null || !this.parts.passwords.isOutdated(passwordHash)) return;
    const fresh = await this.parts.passwords.hash(password);
    await this.parts.database.query(REHASH, [id, fresh, passwordHash]);
  }
}

/**
 * A device that the account knows has a bucket of its own, which no stranger can empty, and is not asked for those that strangers can.
 * Only the user's own device can be known, so this tells nobody that an account exists.
 */
function bucketsOf(appId: Uuid, key: string, { prefix, deviceId }: Asker, candidate: Candidate | undefined): Bucket[] {
  if (candidate?.knowsDevice === true && deviceId !== undefined) return [['sign-in-device', candidate.id, deviceId]];
  return [
    ['sign-in-prefix', prefix],
    ['sign-in-account', appId, key],
  ];
}
