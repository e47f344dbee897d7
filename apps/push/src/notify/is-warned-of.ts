import type { NotificationAccepted } from '@signalbox/contracts';

/** Whether a notification is not for devices that were registered by a session. */
export function isWarnedOf(
  { exceptSession, exceptSessions }: Pick<NotificationAccepted, 'exceptSession' | 'exceptSessions'>,
  sessionId: string | null,
): boolean {
  return sessionId !== null && (sessionId === exceptSession || exceptSessions?.includes(sessionId) === true);
}
