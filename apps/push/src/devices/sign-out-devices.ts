import { EVENT_TYPES, formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append, type Fact, type LoggedEvent } from '@signalbox/event-log';
import { sessionLock } from './lock-names.js';
import { LOCK_SESSIONS, SIGN_OUT } from './sign-out.queries.js';

interface SignedOutRow {
  readonly appId: Uuid;
  readonly id: Uuid;
  readonly installationId: string;
  readonly sessionId: string;
}

/**
 * Takes from users the devices that were registered by sessions that have ended: whoever has the phone now must not read on. They
 * stay, and get what is addressed to the installation. Of `events` only `auth.signed_out` matters.
 */
export async function signOutDevices(tx: Sql, events: readonly LoggedEvent[]): Promise<void> {
  const ended = events.flatMap(({ appId, type, data }) => {
    const fact = type === 'auth.signed_out' ? EVENT_TYPES[type].safeParse(data).data : undefined;
    return fact === undefined ? [] : [{ appId, ...fact }];
  });
  if (ended.length === 0) return;
  const sessions = ended.map(({ sessionId }) => sessionId);
  await tx.query(LOCK_SESSIONS, [sessions.map(sessionLock)]);
  const { rows } = await tx.query<SignedOutRow>(SIGN_OUT, [ended.map(({ appId }) => appId), sessions]);
  const reasons = new Map(ended.map(({ sessionId, reason }) => [sessionId, reason]));
  await append(
    tx,
    rows.map(({ appId, id, installationId, sessionId }): Fact => {
      const deviceId = formatId('device', id);
      const data = { deviceId, installationId, sessionId, reason: reasons.get(sessionId)! };
      return { appId, type: 'device.signed_out', subject: deviceId, data };
    }),
  );
}
