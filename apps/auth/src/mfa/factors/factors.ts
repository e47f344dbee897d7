import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { hasEnded } from '../../sessions/has-ended.js';
import { CODES_LEFT } from '../recovery-codes/recovery-codes.queries.js';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.js';
import type { MfaSettings, SettingsOf } from '../settings-of.js';
import { wayInLeft } from '../../users/way-in-left.js';
import type { AppUser, AskingUser } from '../user.js';
import { factorRemoved, recoveryCodesRemoved } from './factor-facts.js';
import type { FactorNews } from './factor-news.js';
import {
  DELETE_ALL_FACTORS,
  DELETE_CODES_SINCE,
  DELETE_FACTOR,
  DELETE_FACTORS_SINCE,
  DELETE_IDLE_CODES,
  FACTORS_OF,
  USER_SHOWN,
} from './factors.queries.js';
import { lockUser } from './lock-user.js';

/** A factor that counts. */
export interface FactorRow {
  readonly id: Uuid;
  readonly kind: 'totp' | 'passkey';
  readonly name: string;
  /** Passkeys: kept in a cloud, and maybe on several devices. */
  readonly synced: boolean | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export type Removal = 'removed' | 'no_such_factor' | 'last_factor' | 'last_way_in' | 'no_such_user' | 'signed_out';
export type NewCodes =
  | { readonly end: 'made'; readonly codes: readonly string[] }
  | { readonly end: 'no_factor' }
  | { readonly end: 'no_such_user' | 'signed_out' };

/** What a user has set up, whatever its kind. */
export class Factors {
  constructor(
    private readonly database: Database,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly settingsOf: SettingsOf,
    private readonly news: FactorNews,
  ) {}

  async list(user: AppUser): Promise<{ factors: readonly FactorRow[]; recoveryCodesLeft: number }> {
    const [factors, codes] = await Promise.all([
      factorsOf(this.database, user),
      this.database.query<{ left: number }>(CODES_LEFT, [user.userId]),
    ]);
    return { factors, recoveryCodesLeft: codes.rows[0]!.left };
  }

  /** What it takes to set one up. `account`: how the user is called, for the user to read; undefined for one who is not active. */
  async about(user: AppUser): Promise<{ account: string | undefined; settings: MfaSettings }> {
    type Shown = { email: string | null; name: string | null };
    const [{ rows }, settings] = await Promise.all([
      this.database.query<Shown>(USER_SHOWN, [user.appId, user.userId]),
      this.settingsOf(user.appId),
    ]);
    return { account: rows[0] && (rows[0].email ?? rows[0].name ?? formatId('user', user.userId)), settings };
  }

  /** Recovery codes go with the last one. Of two at the same time that would leave none, one is refused where one must stay. */
  async remove(user: AskingUser, id: Uuid): Promise<Removal> {
    const { mfa } = await this.settingsOf(user.appId);
    return this.database.transaction(async (tx) => {
      if (!(await lockUser(tx, user))) return 'no_such_user';
      if (user.sessionId !== undefined && (await hasEnded(tx, user.sessionId))) return 'signed_out';
      const factors = await factorsOf(tx, user);
      const factor = factors.find((one) => one.id === id);
      if (factor === undefined) return 'no_such_factor';
      const last = factors.length === 1;
      if (last && mfa === 'required') return 'last_factor';
      if (factor.kind === 'passkey' && !(await wayInLeft(tx, user, id))) return 'last_way_in';
      await tx.query(DELETE_FACTOR, [user.userId, id]);
      if (last) await this.recoveryCodes.forget(tx, user);
      await this.news.tell(tx, user, [factorRemoved(user, factor.kind, 'removed', formatId('factor', id))]);
      return 'removed';
    });
  }

  /**
   * Everything there is, in the caller's transaction: for an account that turns out to be somebody else's, because only now its address
   * was proven. Whoever registered it before must not get in by a passkey that is still there.
   */
  async removeAll(tx: Sql, user: AppUser): Promise<void> {
    const removed = await deleteFactors(tx, user);
    await this.news.tell(
      tx,
      user,
      removed.map(({ kind, id }) => factorRemoved(user, kind, 'removed', formatId('factor', id))),
    );
  }

  /**
   * What was set up since a time, in the caller's transaction: a stranger was signed in then, and may have left a way in. Recovery codes, too:
   * a set that the stranger made has taken the place of the user's, who is then without.
   */
  async removeSince(tx: Sql, user: AppUser, since: Date): Promise<void> {
    const before = await factorsOf(tx, user);
    const codes = await tx.query(DELETE_CODES_SINCE, [user.appId, user.userId, since]);
    await tx.query(DELETE_FACTORS_SINCE, [user.appId, user.userId, since]);
    await tx.query(DELETE_IDLE_CODES, [user.appId, user.userId]);
    const left = new Set((await factorsOf(tx, user)).map(({ id }) => id));
    const removed = before
      .filter(({ id }) => !left.has(id))
      .map(({ kind, id }) => factorRemoved(user, kind, 'removed', formatId('factor', id)));
    // Alone they open nothing: they go with the last factor, which is told.
    const isNews = codes.rowCount > 0 && left.size > 0;
    await this.news.tell(tx, user, isNews ? [...removed, recoveryCodesRemoved(user)] : removed);
  }

  /** A new set of recovery codes, for a user who has something that they stand in for. */
  async newRecoveryCodes(user: AskingUser): Promise<NewCodes> {
    return this.database.transaction(async (tx) => {
      if (!(await lockUser(tx, user))) return { end: 'no_such_user' };
      if (user.sessionId !== undefined && (await hasEnded(tx, user.sessionId))) return { end: 'signed_out' };
      if ((await factorsOf(tx, user)).length === 0) return { end: 'no_factor' };
      return { end: 'made', codes: await this.recoveryCodes.makeAnew(tx, user) };
    });
  }
}

/** In the order they were made. */
export async function factorsOf(sql: Sql, user: AppUser): Promise<readonly FactorRow[]> {
  return (await sql.query<FactorRow>(FACTORS_OF, [user.appId, user.userId])).rows;
}

/** Without a word to anybody. @returns what counted. */
export async function deleteFactors(tx: Sql, user: AppUser): Promise<readonly FactorRow[]> {
  const factors = await factorsOf(tx, user);
  await tx.query(DELETE_ALL_FACTORS, [user.appId, user.userId]);
  return factors;
}
