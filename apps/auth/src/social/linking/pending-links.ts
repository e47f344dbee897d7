import { createHash } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { ProvenIdentity } from '../calls/proven-identity.js';
import type { Linking } from '../linking.js';
import { DROP_LINK, DROP_WISHES, FIND_LINK, KEEP_LINK, KEEP_WISH, WISHES_OF } from './pending-links.queries.js';
import { openProof, sealProof } from './sealed-proof.js';

/** Seconds that an interaction lasts at most. */
const IN_INTERACTION = 3_600;
/** Seconds for which a wish is kept: the app may remind of it. */
const AS_WISH = 30 * 24 * 3_600;

interface Place {
  readonly uid: string;
  readonly appId: Uuid;
}

/** What waits in an interaction: an identity, or only the name of the provider that could not say who it is. */
export interface PendingLink {
  readonly provider: string;
  readonly identity: ProvenIdentity | undefined;
}

/**
 * Identities that wait for a second proof. Whoever has shown an identity and then signs in some other way, in the same interaction, has
 * shown both, and they are linked. Where the provider was in trouble there is nothing to link, and only the wish is kept.
 */
export class PendingLinks {
  constructor(
    private readonly envelope: Envelope,
    private readonly linking: Linking,
  ) {}

  async keep(tx: Sql, { uid, appId }: Place, provider: string, identity: ProvenIdentity | undefined): Promise<void> {
    const outcome = identity === undefined ? null : sealProof(this.envelope, appId, identity);
    await tx.query(KEEP_LINK, [idOf(uid), appId, provider, outcome, IN_INTERACTION]);
  }

  async find(tx: Sql, { uid, appId }: Place): Promise<PendingLink | undefined> {
    const { rows } = await tx.query<{ provider: string; outcome: Buffer | null }>(FIND_LINK, [idOf(uid), appId]);
    const row = rows[0];
    if (row === undefined) return undefined;
    const { provider, outcome } = row;
    return { provider, identity: outcome === null ? undefined : openProof(this.envelope, appId, outcome) };
  }

  async drop(tx: Sql, { uid }: Place): Promise<void> {
    await tx.query(DROP_LINK, [idOf(uid)]);
  }

  /**
   * To be called in the transaction that finishes an interaction, whichever way the user proved who it is.
   *
   * @returns `taken` where the identity turned out to be another user's: it stays theirs.
   */
  async complete(
    tx: Sql,
    place: Place & { readonly userId: Uuid },
  ): Promise<'linked' | 'taken' | 'wished' | 'nothing'> {
    const pending = await this.find(tx, place);
    if (pending === undefined) return 'nothing';
    if (pending.identity === undefined) {
      await tx.query(KEEP_WISH, [idOf(place.uid), place.userId, AS_WISH]);
      return 'wished';
    }
    await this.drop(tx, place);
    const linked = await this.linking.prove(tx, place.appId, place.userId, pending.identity);
    if (linked === 'linked') await tx.query(DROP_WISHES, [place.userId, pending.provider]);
    return linked;
  }

  /** The providers that a user wanted to sign in with, and could not. */
  async wishesOf(sql: Sql, appId: Uuid, userId: Uuid): Promise<string[]> {
    return (await sql.query<{ provider: string }>(WISHES_OF, [userId, appId])).rows.map(({ provider }) => provider);
  }

  /** @param provider all of them where it is absent. */
  async dropWishes(tx: Sql, userId: Uuid, provider?: string): Promise<void> {
    await tx.query(DROP_WISHES, [userId, provider ?? null]);
  }
}

function idOf(uid: string): Buffer {
  return createHash('sha256').update(uid).digest();
}
