import type { NotificationAccepted } from '@signalbox/contracts';

/** Whether nobody was asked for by name: it goes to many, one portion after another. */
export function isBroadcast(to: NotificationAccepted['to']): boolean {
  return 'topic' in to || 'segment' in to || 'filter' in to || 'everyone' in to;
}
