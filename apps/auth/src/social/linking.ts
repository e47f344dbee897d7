import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { EndSessions } from '../accounts/account-parts.js';
import { type EmailAddress, readEmail } from '../accounts/email-address.js';
import { releaseUnproven } from '../accounts/release-unproven.js';
import { hasEnded } from '../sessions/has-ended.js';
import type { CallingUser } from '../users/calling-user.js';
import type { ProvenIdentity } from './calls/proven-identity.js';
import {
  FIND_IDENTITY,
  HOLD_USER,
  INSERT_IDENTITY,
  INSERT_USER,
  LOCK_IDENTITY,
  LOCK_USER_BY_EMAIL,
  NAME_USER,
  TOUCH_IDENTITY,
} from './linking/identities.queries.js';

/** Seconds for which a suspension counts: longer than any token lives that the provider signed before it. A newer one ends it. */
const SUSPENDED_FOR = 3_600;

/** Who a proven identity is here. */
export type Identified =
  | { readonly end: 'known' | 'created' | 'linked'; readonly userId: Uuid; readonly identityId: Uuid }
  /**
   * Nobody yet, and there is no address by which to find or make an account, or strangers may make none. Whether some account has an
   * address that the provider could not prove is not looked up, so nobody can learn it.
   */
  | { readonly end: 'needs_proof' }
  /** The account here is closed, or the one over there. */
  | { readonly end: 'refused' };

interface IdentityRow {
  readonly id: Uuid;
  readonly user_id: Uuid;
  readonly withdrawn: boolean;
  readonly suspended: boolean | null;
  readonly status: string;
}

interface Registration {
  readonly isOpen: boolean;
  readonly locale?: string | undefined;
}

type Linked = Extract<Identified, { identityId: Uuid }>;
type How = 'created' | 'linked' | 'proven' | 'returned';

/**
 * Which user somebody at a provider is. The key is issuer and subject. A mail address links only when both sides have proven it; an
 * account that never proved its address loses it, its password and its sessions to whoever does, and is not handed over; and an address that Apple made up, or that a provider
 * does not vouch for, neither finds nor makes an account.
 */
export class Linking {
  constructor(
    private readonly envelope: Envelope,
    private readonly endSessions: EndSessions,
  ) {}

  async identify(tx: Sql, appId: Uuid, identity: ProvenIdentity, registration: Registration): Promise<Identified> {
    const known = await this.find(tx, appId, identity);
    if (known !== undefined) return this.again(tx, appId, known, identity);
    const { email, emailVerified, isPrivateEmail } = identity;
    const address = emailVerified && !isPrivateEmail && email !== undefined ? readEmail(email) : undefined;
    if (address === undefined) return { end: 'needs_proof' };
    const owner = await this.ownerOf(tx, appId, address.key);
    if (owner?.status === 'active' && owner.verified) return this.join(tx, appId, owner.id, identity);
    if (owner !== undefined && owner.status !== 'active') return { end: 'refused' };
    if (!registration.isOpen) return { end: 'needs_proof' };
    if (owner !== undefined) await releaseUnproven(tx, this.endSessions, { appId, emailKey: address.key });
    const made = await this.register(tx, appId, identity, registration, address);
    // Undefined: somebody took the address in between, and that is committed by now.
    return made ?? this.identify(tx, appId, identity, registration);
  }

  /** A user who has no account here, and said so. It gets one without an address. */
  async create(tx: Sql, appId: Uuid, identity: ProvenIdentity, registration: Registration): Promise<Identified> {
    const identified = await this.identify(tx, appId, identity, registration);
    if (identified.end !== 'needs_proof') return identified;
    if (!registration.isOpen) return identified;
    return (await this.register(tx, appId, identity, registration, undefined))!;
  }

  /**
   * A user who has proven both: the account here, and the identity there.
   *
   * @returns `taken` where the identity is another user's.
   */
  async prove(tx: Sql, appId: Uuid, userId: Uuid, identity: ProvenIdentity): Promise<'linked' | 'taken'> {
    const known = await this.find(tx, appId, identity);
    if (known !== undefined) {
      if (known.user_id !== userId) return 'taken';
      await this.touch(tx, appId, known.id, identity);
      return 'linked';
    }
    await this.link(tx, appId, userId, identity, 'proven');
    return 'linked';
  }

  /**
   * The same for a user who asks in a session, which may have been ended meanwhile: then it links nothing. The identity is held before the
   * user, and the user before the session, as in every sign-in.
   */
  async proveInSession(
    tx: Sql,
    { appId, userId, sessionId }: CallingUser,
    identity: ProvenIdentity,
  ): Promise<'linked' | 'taken' | 'signed_out'> {
    await this.find(tx, appId, identity);
    await tx.query(HOLD_USER, [appId, userId]);
    if (await hasEnded(tx, sessionId)) return 'signed_out';
    return this.prove(tx, appId, userId, identity);
  }

  /** Holds whoever else would answer the same question until this transaction ends. */
  private async find(tx: Sql, appId: Uuid, { issuer, subject }: ProvenIdentity): Promise<IdentityRow | undefined> {
    await tx.query(LOCK_IDENTITY, [JSON.stringify([appId, issuer, subject])]);
    const { rows } = await tx.query<IdentityRow>(FIND_IDENTITY, [appId, issuer, subject, SUSPENDED_FOR]);
    return rows[0];
  }

  private async ownerOf(tx: Sql, appId: Uuid, key: string): Promise<Owner | undefined> {
    return (await tx.query<Owner>(LOCK_USER_BY_EMAIL, [appId, key])).rows[0];
  }

  private async again(tx: Sql, appId: Uuid, known: IdentityRow, identity: ProvenIdentity): Promise<Identified> {
    const { id: identityId, user_id: userId } = known;
    if (known.status !== 'active' || known.suspended === true) return { end: 'refused' };
    await this.touch(tx, appId, identityId, identity);
    if (identity.name !== undefined) await tx.query(NAME_USER, [userId, identity.name]);
    if (known.withdrawn) await this.tell(tx, appId, userId, identityId, identity, 'returned');
    return { end: 'known', userId, identityId };
  }

  private async join(tx: Sql, appId: Uuid, userId: Uuid, identity: ProvenIdentity): Promise<Linked> {
    if (identity.name !== undefined) await tx.query(NAME_USER, [userId, identity.name]);
    return this.link(tx, appId, userId, identity, 'linked');
  }

  /** @returns undefined where somebody else has the address by now. */
  private async register(
    tx: Sql,
    appId: Uuid,
    identity: ProvenIdentity,
    { locale }: Registration,
    email: EmailAddress | undefined,
  ): Promise<Linked | undefined> {
    const userId = newUuid();
    const values = [userId, appId, email?.address ?? null, email?.key ?? null, identity.name ?? null, locale ?? null];
    const { rows } = await tx.query(INSERT_USER, values);
    if (rows[0] === undefined) return undefined;
    const subject = formatId('user', userId);
    await append(tx, [{ appId, type: 'auth.user_registered', subject, data: { userId: subject } }]);
    return this.link(tx, appId, userId, identity, 'created');
  }

  private async link(tx: Sql, appId: Uuid, userId: Uuid, identity: ProvenIdentity, how: How): Promise<Linked> {
    const identityId = newUuid();
    const { provider, issuer, subject, clientId, email, emailVerified, isPrivateEmail } = identity;
    await tx.query(INSERT_IDENTITY, [
      identityId,
      appId,
      userId,
      provider,
      issuer,
      subject,
      clientId,
      email ?? null,
      emailVerified,
      isPrivateEmail,
      this.sealedToken(appId, identity),
    ]);
    await this.tell(tx, appId, userId, identityId, identity, how);
    return { end: how === 'created' ? 'created' : 'linked', userId, identityId };
  }

  private async touch(tx: Sql, appId: Uuid, identityId: Uuid, identity: ProvenIdentity): Promise<void> {
    const { provider, email, emailVerified, isPrivateEmail, clientId } = identity;
    const token = this.sealedToken(appId, identity);
    await tx.query(TOUCH_IDENTITY, [
      identityId,
      provider,
      email ?? null,
      emailVerified,
      isPrivateEmail,
      clientId,
      token,
    ]);
  }

  private sealedToken(appId: Uuid, { refreshToken }: ProvenIdentity): Buffer | null {
    return refreshToken === undefined ? null : this.envelope.seal(refreshToken, refreshTokenContext(appId));
  }

  private async tell(
    tx: Sql,
    appId: Uuid,
    user: Uuid,
    identityId: Uuid,
    { provider }: ProvenIdentity,
    how: How,
  ): Promise<void> {
    const userId = formatId('user', user);
    const data = { userId, identityId: formatId('identity', identityId), provider, how };
    await append(tx, [{ appId, type: 'auth.identity_linked', subject: userId, data }]);
  }
}

interface Owner {
  readonly id: Uuid;
  readonly status: string;
  readonly verified: boolean;
}

export const refreshTokenContext = (appId: Uuid) => ({ appId, table: 'identity', column: 'refresh_token' });

/** The fact that an identity opens an account no longer. */
export function unlinked(appId: Uuid, user: Uuid, identity: Uuid, provider: string, reason: string) {
  const userId = formatId('user', user);
  const data = { userId, identityId: formatId('identity', identity), provider, reason };
  return { appId, type: 'auth.identity_unlinked' as const, subject: userId, data };
}
