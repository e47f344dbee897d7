import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { ASK_FOR_RESET } from '../../anomalies/alerts/alerts.queries.js';
import { lockUser } from '../../mfa/factors/lock-user.js';
import type { AccountParts } from '../account-parts.js';
import { readToken, refusalOf, type TokenClaims, type TokenRefusal } from '../one-time-tokens.js';
import type { Recovery } from '../recovery.js';
import { whereNamesMeet } from '../where-names-meet.js';
import { REPLACED_SINCE } from './past-email.queries.js';
import { putBack } from './put-back.js';

export type EmailUndoOutcome =
  /** The address counts again, nobody is signed in any more, and a mail leads to a new password. */
  | { readonly end: 'undone' }
  /** Another account has proven the address meanwhile. Nothing was changed. */
  | { readonly end: 'taken' }
  | { readonly end: TokenRefusal };

interface Taken {
  readonly end: EmailUndoOutcome['end'];
  readonly offers: readonly Offer[];
}

const PURPOSES = ['undo_email'] as const;

/** "It was not me": whoever reads the mailbox of an address that was replaced has it back. */
export class EmailUndo {
  constructor(
    private readonly parts: AccountParts,
    private readonly recovery: Recovery,
  ) {}

  /** Of which app a link is, and whether it still works; for the page that asks before it acts. */
  async look(token: string): Promise<{ end: 'good'; appId: Uuid } | { end: TokenRefusal; appId?: Uuid }> {
    const found = await readToken(this.parts.database, token);
    if (found?.state === 'good' && found.purpose === 'undo_email') return { end: 'good', appId: found.appId };
    return { end: refusalOf(found, PURPOSES), ...(found === undefined ? {} : { appId: found.appId }) };
  }

  /** Ends every session, takes away what could sign in and may have been added by whoever changed the address, and asks for a new password. */
  async undo(token: string): Promise<EmailUndoOutcome> {
    const { database, mailer, profileOf } = this.parts;
    const found = await readToken(database, token);
    if (found?.state !== 'good' || found.purpose !== 'undo_email') return { end: refusalOf(found, PURPOSES) };
    const { displayName } = await profileOf(found.appId);
    const { end, offers } = await whereNamesMeet(() =>
      database.transaction(async (tx): Promise<Taken> => {
        // Before the link: whoever voids it holds the user first, too.
        if (!(await lockUser(tx, found))) return { end: 'expired', offers: [] };
        const claims = await readToken(tx, token);
        if (claims?.state !== 'good') return { end: refusalOf(claims, PURPOSES), offers: [] };
        return this.take(tx, claims, displayName);
      }),
    );
    mailer.publish(offers);
    return { end };
  }

  /** Uses the link up with all others of the user, unless the address is taken: then the page says so. */
  private async take(tx: Sql, { appId, userId, email, emailKey }: TokenClaims, appName: string): Promise<Taken> {
    const { endSessions, dropSince } = this.parts;
    const user = { appId, userId };
    type Replaced = { readonly id: Uuid; readonly since: Date; readonly verifiedAt: Date | null };
    const replaced = (await tx.query<Replaced>(REPLACED_SINCE, [userId, emailKey])).rows[0];
    if (replaced === undefined) return { end: 'expired', offers: [] };
    const { id, since, verifiedAt } = replaced;
    if (!(await putBack(tx, endSessions, user, { id, email, emailKey, verifiedAt }))) {
      return { end: 'taken', offers: [] };
    }
    await endSessions(tx, { ...user, reason: 'not_me' });
    await dropSince(tx, user, since);
    const hasPassword = (await tx.query(ASK_FOR_RESET, [userId])).rowCount === 1;
    return { end: 'undone', offers: hasPassword ? await this.recovery.beginIn(tx, user, appName) : [] };
  }
}
