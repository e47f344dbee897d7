import type { Uuid } from '@signalbox/contracts';
import { knowsDevice } from '../anomalies/knows-device.js';
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
  /** It matched the password of this version; whoever makes a session of that looks whether it is the user's still. */
  | {
      readonly end: 'passed';
      readonly userId: Uuid;
      readonly emailVerified: boolean;
      readonly passwordVersion: string | null;
    }
  /** Wrong password, no such account, no password, disabled, an address that has to be proven first: nobody is told which. */
  | { readonly end: 'refused' }
  | SlowDown;

/** Characters. No password is longer; what is need not be hashed to be wrong. */
const MOST = 1_024;

interface Candidate extends Pick<AccountRow, 'id' | 'status' | 'verified'> {
  readonly passwordHash: string | null;
  readonly passwordVersion: string | null;
}

type Parts = Pick<AccountParts, 'database' | 'passwords' | 'limits' | 'profileOf'>;

/** Nobody's id: what is asked about the user of an account that is none. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Sign-in by address and password: the first factor, not a session. Does the same for accounts that exist and that do not. */
export class PasswordSignIn {
  constructor(private readonly parts: Parts) {}

  async attempt({ appId, email, password, visitor }: PasswordAttempt): Promise<PasswordOutcome> {
    // No account has an address that none can have; it is looked for all the same, as the others are.
    const key = readEmail(email)?.key ?? '';
    const candidate = await this.find(appId, key);
    const { emailVerification } = await this.parts.profileOf(appId);
    const buckets = await this.bucketsOf(appId, key, visitor, candidate);
    const take = await this.parts.limits.takeAll(buckets);
    if (!take.ok) return { end: 'slow_down', retryAfterSeconds: take.retryAfterSeconds };
    try {
      if (!(await this.matches(candidate, password)) || candidate === undefined) return { end: 'refused' };
      // Whoever registered an address could learn here that it had no account before: with one, the password is not theirs.
      if (emailVerification === 'required' && !candidate.verified) return { end: 'refused' };
      await this.parts.limits.giveBack(buckets);
      await this.rehash(candidate, password);
      const { id: userId, verified: emailVerified, passwordVersion } = candidate;
      return { end: 'passed', userId, emailVerified, passwordVersion };
    } catch (error) {
      if (!(error instanceof HashRoomFull)) throw error;
      await this.parts.limits.giveBack(buckets);
      return { end: 'slow_down', retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  private async find(appId: Uuid, key: string): Promise<Candidate | undefined> {
    return (await this.parts.database.query<Candidate>(FIND_FOR_SIGN_IN, [appId, key])).rows[0];
  }

  /**
   * A device that the account knows has a bucket of its own, which no stranger can empty, and is not asked for those that strangers can.
   * Only the user's own device can be known, so this tells nobody that an account exists.
   */
  private async bucketsOf(
    appId: Uuid,
    key: string,
    { prefix, deviceId }: Asker,
    candidate: Candidate | undefined,
  ): Promise<Bucket[]> {
    const isKnown = await knowsDevice(this.parts.database, candidate?.id ?? NOBODY, deviceId);
    if (isKnown && candidate !== undefined && deviceId !== undefined)
      return [['sign-in-device', candidate.id, deviceId]];
    return [
      ['sign-in-prefix', prefix],
      ['sign-in-account', appId, key],
    ];
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
