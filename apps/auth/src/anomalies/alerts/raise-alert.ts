import { formatId, type LoginAnomaly, type LoginAnomalyContent, newUuid, type Uuid } from '@signalbox/contracts';
import { ContentCipher, type Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Finding } from '../finding.js';
import { alertTokenHash, newAlertToken } from './alert-token.js';
import { INSERT_ALERT, SESSIONS_IN_QUESTION } from './alerts.queries.js';

/** What a user is told of. */
export interface Alert {
  readonly appId: Uuid;
  readonly userId: Uuid;
  /** Undefined of a sign-in that was refused. */
  readonly sessionId: Uuid | undefined;
  readonly device: Buffer | undefined;
  readonly deviceName: string | undefined;
  readonly country: string | undefined;
  readonly verdict: LoginAnomaly['verdict'];
  readonly reasons: readonly Finding[];
}

/**
 * Tells of an anomaly, in the caller's transaction: the fact `auth.login_anomaly`, and the right to answer it once. The token for
 * that is in the fact's encrypted content, which no reader of the feed and no webhook gets; push opens it for the user's phones,
 * in whose notification it stands encrypted as well. Here only its hash is kept.
 */
export async function raiseAlert(tx: Sql, envelope: Envelope, alert: Alert): Promise<void> {
  const { appId, userId, sessionId, device, deviceName, country, verdict, reasons } = alert;
  const [id, token] = [newUuid(), newAlertToken()];
  await tx.query(INSERT_ALERT, [
    id,
    appId,
    userId,
    sessionId ?? null,
    device ?? null,
    country ?? null,
    reasons.map(({ code }) => code),
    alertTokenHash(token),
  ]);
  const inQuestion = await tx.query<{ id: Uuid }>(SESSIONS_IN_QUESTION, [userId, sessionId ?? null]);
  const data: LoginAnomaly = {
    userId: formatId('user', userId),
    ...(sessionId !== undefined && { sessionId: formatId('session', sessionId) }),
    noticeId: formatId('signInAlert', id),
    verdict,
    reasons: reasons.map(({ code, facts }) => ({ code, facts })),
    ...(country !== undefined && { country }),
    occurredAt: new Date().toISOString(),
    ...(inQuestion.rowCount > 0 && { inQuestion: inQuestion.rows.map((each) => formatId('session', each.id)) }),
  };
  const content: LoginAnomalyContent = { token, ...(deviceName !== undefined && { deviceName }) };
  const cipher = new ContentCipher(tx, envelope);
  const sealed = await cipher.encrypt(appId, Buffer.from(JSON.stringify(content)));
  await append(tx, [{ appId, type: 'auth.login_anomaly', subject: data.sessionId ?? data.userId, data, ...sealed }]);
}
