import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { hasEnded } from '../../sessions/has-ended.js';
import { factorAdded, factorRemoved } from '../factors/factor-facts.js';
import type { FactorNews } from '../factors/factor-news.js';
import { lockUser } from '../factors/lock-user.js';
import type { RecoveryCodes } from '../recovery-codes/recovery-codes.js';
import type { AppUser, AskingUser } from '../user.js';
import { newSeed, seedUrl, stepOf } from './totp-code.js';
import { CONFIRM, CONFIRMED, DELETE_CONFIRMED, ENROL, PENDING, USE_STEP } from './totp.queries.js';

/** How long a seed waits for its first code. Seconds. */
const PATIENCE = 15 * 60;

/** A seed on its way to a generator; shown this once. */
export interface TotpEnrolment {
  readonly id: Uuid;
  /** Base32, to be typed. */
  readonly secret: string;
  /** The same for a generator to read, from a picture or a link. */
  readonly url: string;
  readonly expiresAt: Date;
}

export type TotpConfirmation =
  /** `recoveryCodes`: made now, if the user had none that count. */
  | { readonly end: 'confirmed'; readonly id: Uuid; readonly recoveryCodes: readonly string[] }
  | { readonly end: 'wrong_code' }
  /** Never begun, begun anew since, or too long ago. */
  | { readonly end: 'not_pending' }
  /** The session, or the sign-in, that asks was ended meanwhile. */
  | { readonly end: 'signed_out' };

/** Generators of one-time codes (RFC 6238). A user has one that counts. */
export class Totp {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly news: FactorNews,
    private readonly now: () => number = Date.now,
  ) {}

  /** Begins: the seed counts once a first code of it came. @param shown what the generator calls it. */
  async enrol(
    user: AppUser,
    name: string,
    shown: { readonly issuer: string; readonly account: string },
  ): Promise<TotpEnrolment> {
    const [id, secret] = [newUuid(), newSeed()];
    await this.database.query(ENROL, [
      id,
      user.appId,
      user.userId,
      name,
      this.envelope.seal(secret, sealedAt(user.appId)),
    ]);
    const expiresAt = new Date(this.now() + PATIENCE * 1_000);
    return { id, secret, url: seedUrl(secret, shown.issuer, shown.account), expiresAt };
  }

  /** The first code shows that the seed arrived. From here on it counts, and the one before it no more. */
  async confirm(user: AskingUser, id: Uuid, code: string): Promise<TotpConfirmation> {
    return this.database.transaction(async (tx) => {
      if (!(await lockUser(tx, user))) return { end: 'not_pending' };
      if (user.sessionId !== undefined && (await hasEnded(tx, user.sessionId))) return { end: 'signed_out' };
      if (user.stillAsks !== undefined && !(await user.stillAsks(tx))) return { end: 'signed_out' };
      const { rows } = await tx.query<{ sealed: Buffer }>(PENDING, [user.userId, id, PATIENCE]);
      if (rows[0] === undefined) return { end: 'not_pending' };
      const step = stepOf(this.open(user, rows[0].sealed), code, this.now());
      if (step === undefined) return { end: 'wrong_code' };
      await this.replace(tx, user, id, step);
      return { end: 'confirmed', id, recoveryCodes: await this.recoveryCodes.makeFirst(tx, user) };
    });
  }

  /** Whether it is a code of now that nobody has used. Of any number at once that bring the same code, one is told yes. */
  async use(user: AppUser, code: string): Promise<boolean> {
    const { rows } = await this.database.query<{ id: Uuid; sealed: Buffer }>(CONFIRMED, [user.appId, user.userId]);
    if (rows[0] === undefined) return false;
    const step = stepOf(this.open(user, rows[0].sealed), code, this.now());
    if (step === undefined) return false;
    return (await this.database.query(USE_STEP, [rows[0].id, step])).rowCount === 1;
  }

  private async replace(tx: Sql, user: AppUser, id: Uuid, step: number): Promise<void> {
    const replaced = await tx.query<{ id: Uuid }>(DELETE_CONFIRMED, [user.userId]);
    await tx.query(CONFIRM, [user.userId, id, step]);
    await this.news.tell(tx, user, [
      factorAdded(user, 'totp', formatId('factor', id)),
      ...replaced.rows.map((old) => factorRemoved(user, 'totp', 'replaced', formatId('factor', old.id))),
    ]);
  }

  private open(user: AppUser, sealed: Buffer): string {
    return this.envelope.open(sealed, sealedAt(user.appId)).toString();
  }
}

const sealedAt = (appId: Uuid): SealContext => ({ appId, table: 'totp_factor', column: 'sealed' });
