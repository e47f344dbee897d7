import { lastMomentOf, type NotificationAccepted, timeOfUuid, type Uuid } from '@signalbox/contracts';

/** How long a notification may be under way once its time has come, in milliseconds. */
export function lifetimeOf(id: Uuid, { sendAt, expiresAt }: NotificationAccepted): number {
  const beginsAt = Math.max(timeOfUuid(id), sendAt === undefined ? 0 : lastMomentOf(sendAt));
  return Date.parse(expiresAt) - beginsAt;
}
