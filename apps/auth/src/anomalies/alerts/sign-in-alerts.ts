import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Logger } from '@signalbox/telemetry';
import type { DropSince, EndSessions } from '../../accounts/account-parts.js';
import { undoEmailChanges } from '../../accounts/email-undo/put-back.js';
import { voidTokens } from '../../accounts/one-time-tokens.js';
import { whereNamesMeet } from '../../accounts/where-names-meet.js';
import type { Sessions } from '../../sessions/sessions.js';
import { FORGET_COUNTRY, FORGET_DEVICE, REMEMBER_COUNTRY, TRUST_DEVICE } from '../anomalies.queries.js';
import { isAlertToken } from './alert-token.js';
import {
  ASK_FOR_RESET,
  DOUBTFUL_SESSIONS,
  LOCK_ALERT,
  MARK_IT_WAS_ME,
  MARK_NOT_ME,
  REFUSED_SESSIONS,
  SESSION_BEGAN,
} from './alerts.queries.js';

interface AlertRow {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly sessionId: Uuid | null;
  readonly device: Buffer | null;
  readonly country: string | null;
  readonly codes: readonly string[];
  readonly tokenHash: Buffer;
  readonly itWasMeAt: Date | null;
  readonly notMeAt: Date | null;
}

/**
 * What became of an answer:
 * - `done`: it counts, now or since it was given first: a phone that lost the answer asks again;
 * - `too_late`: the user has said "that was not me" before, which nothing takes back;
 * - `unknown`: there is no such alert, it is over, or the token is not its own.
 */
export type AnswerOutcome = 'done' | 'too_late' | 'unknown';

/** Sends a user what is needed to choose a new password. Where that fails the user asks for it at the next sign-in. */
export type BeginRecovery = (user: { readonly appId: Uuid; readonly userId: Uuid }) => Promise<void>;

/** "Was this you?", answered from a phone that got the alert. */
export class SignInAlerts {
  private readonly onNoMail = (error: unknown): void => {
    this.parts.logger.warn({ err: error }, 'no mail to change the password; the user asks for one at the next sign-in');
  };

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly sessions: Pick<Sessions, 'revoke' | 'revokeAll' | 'forceRotation' | 'signBrowsersOut'>;
      readonly dropSince: DropSince;
      readonly beginRecovery: BeginRecovery;
      readonly logger: Logger;
    },
  ) {}

  /**
   * Ends the session and what the stranger may have begun since: other sessions, browsers, ways in, links, another address. Forgets its
   * device and country, makes every session rotate that the user has not vouched for, and takes the password no longer until it was changed.
   */
  async notMe(id: Uuid, token: string): Promise<AnswerOutcome> {
    let endangered: Parameters<BeginRecovery>[0] | undefined;
    const outcome = await this.answered(id, token, async (tx, alert) => {
      if (alert.notMeAt !== null) return 'done';
      const { appId, userId, sessionId, device, country, codes } = alert;
      await tx.query(MARK_NOT_ME, [id]);
      if (sessionId !== null) await this.undo(tx, alert, sessionId);
      if (device !== null) await tx.query(FORGET_DEVICE, [userId, device]);
      if (country !== null && codes.includes('new_country')) await tx.query(FORGET_COUNTRY, [userId, country]);
      const { rows } = await tx.query<{ id: Uuid }>(DOUBTFUL_SESSIONS, [userId]);
      await this.parts.sessions.forceRotation(
        tx,
        rows.map((doubtful) => doubtful.id),
        'not_me',
      );
      if ((await tx.query(ASK_FOR_RESET, [userId])).rowCount === 1) {
        endangered = { appId, userId };
      }
      await tell(tx, id, alert, 'not_me');
      return 'done';
    });
    // The answer counts, whatever becomes of the mail.
    if (endangered !== undefined) await this.parts.beginRecovery(endangered).catch(this.onNoMail);
    return outcome;
  }

  /** Makes the device and the country known: what was refused for them is let in the next time. */
  itWasMe(id: Uuid, token: string): Promise<AnswerOutcome> {
    return this.answered(id, token, async (tx, alert) => {
      if (alert.notMeAt !== null) return 'too_late';
      if (alert.itWasMeAt !== null) return 'done';
      const { appId, userId, device, country } = alert;
      await tx.query(MARK_IT_WAS_ME, [id]);
      if (device !== null) await tx.query(TRUST_DEVICE, [userId, device, appId]);
      if (country !== null) await tx.query(REMEMBER_COUNTRY, [userId, country, appId]);
      await tell(tx, id, alert, 'it_was_me');
      return 'done';
    });
  }

  /** Undoes what whoever had this session may have done with it. */
  private async undo(tx: Sql, { appId, userId }: AlertRow, sessionId: Uuid): Promise<void> {
    const { sessions, dropSince } = this.parts;
    const user = { appId, userId };
    await sessions.signBrowsersOut(tx, user);
    const { rows: refused } = await tx.query<{ id: Uuid; isOpen: boolean }>(REFUSED_SESSIONS, [userId, sessionId]);
    const open = refused.filter(({ isOpen }) => isOpen).map(({ id }) => id);
    await sessions.revoke(tx, { sessionIds: open, reason: 'not_me' });
    await voidTokens(tx, userId, ['change_email', 'recover']);
    const endSessions: EndSessions = (inTx, of) => sessions.revokeAll(inTx, of);
    const ids = refused.map(({ id }) => id);
    // Before the ways in: of those a mail tells, which is not for the stranger's address.
    await undoEmailChanges(tx, endSessions, user, ids);
    const began = (await tx.query<{ since: Date }>(SESSION_BEGAN, [sessionId])).rows[0];
    if (began !== undefined) await dropSince(tx, user, began.since);
  }

  private answered(
    id: Uuid,
    token: string,
    answer: (tx: Sql, alert: AlertRow) => Promise<AnswerOutcome>,
  ): Promise<AnswerOutcome> {
    return whereNamesMeet(() =>
      this.parts.database.transaction(async (tx) => {
        const { rows } = await tx.query<AlertRow>(LOCK_ALERT, [id]);
        const alert = rows[0];
        return alert === undefined || !isAlertToken(token, alert.tokenHash) ? 'unknown' : answer(tx, alert);
      }),
    );
  }
}

async function tell(tx: Sql, id: Uuid, alert: AlertRow, answer: 'not_me' | 'it_was_me'): Promise<void> {
  const userId = formatId('user', alert.userId);
  const session = alert.sessionId === null ? {} : { sessionId: formatId('session', alert.sessionId) };
  const data = { userId, ...session, noticeId: formatId('signInAlert', id), answer };
  const subject = session.sessionId ?? userId;
  await append(tx, [{ appId: alert.appId, type: 'auth.login_anomaly_answered', subject, data }]);
}
