import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { hasEnded } from '../../sessions/has-ended.js';
import type { CallingUser } from '../../users/calling-user.js';
import { wayInLeft } from '../../users/way-in-left.js';
import { unlinked } from '../linking.js';
import type { ProviderRevocation } from '../revoke/provider-revocation.js';
import type { IdentityView } from './identity.schemas.js';
import { DELETE_IDENTITY, HOLD_USER, LIST_IDENTITIES } from './identities.queries.js';
import type { PendingLinks } from './pending-links.js';

export interface IdentitiesParts {
  readonly database: Database;
  readonly pending: PendingLinks;
  readonly revocation: ProviderRevocation;
}

interface IdentityRow {
  readonly id: Uuid;
  readonly provider: string;
  readonly issuer: string;
  readonly email: string | null;
  readonly is_private_email: boolean;
  readonly linked_at: Date;
  readonly last_used_at: Date;
  readonly suspended: boolean;
}

/** A user's identities elsewhere, for the user. */
export class Identities {
  constructor(private readonly parts: IdentitiesParts) {}

  async list(appId: Uuid, userId: Uuid): Promise<{ items: IdentityView[]; wished: string[] }> {
    const { database, pending } = this.parts;
    const { rows } = await database.query<IdentityRow>(LIST_IDENTITIES, [appId, userId]);
    return { items: rows.map(viewOf), wished: await pending.wishesOf(database, appId, userId) };
  }

  /**
   * Takes an identity away from its user, and our tokens back at the provider.
   *
   * @returns `last` for the one that alone opens the account; it stays.
   */
  async unlink(
    { appId, userId, sessionId }: CallingUser,
    publicId: string,
  ): Promise<'unlinked' | 'last' | 'unknown' | 'signed_out'> {
    const id = parseId('identity', publicId);
    if (id === undefined) return 'unknown';
    const { database, revocation } = this.parts;
    const taken = await database.transaction(async (tx) => {
      await tx.query(HOLD_USER, [appId, userId]);
      if (await hasEnded(tx, sessionId)) return 'signed_out';
      const { rows: owned } = await tx.query<IdentityRow>(LIST_IDENTITIES, [appId, userId]);
      if (!owned.some((row) => row.id === id)) return 'unknown';
      if (!(await wayInLeft(tx, { appId, userId }, id))) return 'last';
      const deleted = await tx.query<DeletedRow>(DELETE_IDENTITY, [appId, userId, id]);
      const row = deleted.rows[0]!;
      await append(tx, [unlinked(appId, userId, id, row.provider, 'unlinked')]);
      return { ...row, app_id: appId };
    });
    if (typeof taken === 'string') return taken;
    // The user need not wait for it, and it changes nothing here.
    void revocation.tryOnce(taken);
    return 'unlinked';
  }
}

interface DeletedRow {
  readonly id: Uuid;
  readonly provider: string;
  readonly client_id: string;
  readonly refresh_token: Buffer | null;
}

function viewOf(row: IdentityRow): IdentityView {
  return {
    id: formatId('identity', row.id),
    provider: row.provider,
    issuer: row.issuer,
    email: row.email,
    isPrivateEmail: row.is_private_email,
    suspended: row.suspended,
    linkedAt: row.linked_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
  };
}
