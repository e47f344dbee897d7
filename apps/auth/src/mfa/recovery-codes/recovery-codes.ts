import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { recoveryCodesMade, recoveryCodeUsed } from '../factors/factor-facts.js';
import type { FactorNews } from '../factors/factor-news.js';
import type { AppUser } from '../user.js';
import { hashRecoveryCode, newRecoveryCode } from './recovery-code.js';
import { CODES_LEFT, DELETE_CODES, INSERT_CODES, USE_CODE } from './recovery-codes.queries.js';

const CODES = 10;

/** What a user keeps on paper for the day that the phone is gone. Each is good once; a new set ends the one before it. */
export class RecoveryCodes {
  constructor(
    private readonly database: Database,
    private readonly news: FactorNews,
  ) {}

  /** A new set, shown in the answer and never again. The caller has locked the user. */
  makeAnew(tx: Sql, user: AppUser): Promise<readonly string[]> {
    return this.make(tx, user, false);
  }

  /** The set that comes with a first factor; none for a user who has codes left. The caller has locked the user. */
  async makeFirst(tx: Sql, user: AppUser): Promise<readonly string[]> {
    return (await left(tx, user.userId)) > 0 ? [] : this.make(tx, user, true);
  }

  /** They go with the last factor: alone they open nothing. The caller has locked the user. */
  async forget(tx: Sql, user: AppUser): Promise<void> {
    await tx.query(DELETE_CODES, [user.userId]);
  }

  /** Whether it is a code of the user's that nobody has used. Of any number at once that bring it, one is told yes. */
  async use(user: AppUser, typed: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const hash = hashRecoveryCode(user.userId, typed);
      const { rowCount } = await tx.query(USE_CODE, [user.appId, user.userId, hash]);
      if (rowCount === 0) return false;
      await this.news.tell(tx, user, [recoveryCodeUsed(user, await left(tx, user.userId))]);
      return true;
    });
  }

  private async make(tx: Sql, user: AppUser, withFactor: boolean): Promise<readonly string[]> {
    const codes = Array.from({ length: CODES }, newRecoveryCode);
    await tx.query(DELETE_CODES, [user.userId]);
    await tx.query(INSERT_CODES, [user.appId, user.userId, codes.map((code) => hashRecoveryCode(user.userId, code))]);
    await this.news.tell(tx, user, [recoveryCodesMade(user, withFactor)]);
    return codes;
  }
}

async function left(tx: Sql, userId: Uuid): Promise<number> {
  return (await tx.query<{ left: number }>(CODES_LEFT, [userId])).rows[0]!.left;
}
