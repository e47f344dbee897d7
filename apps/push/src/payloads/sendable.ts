import { type NotificationRequest, newUuid } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';
import type { Sendable } from './channels.js';

/** What of a request's options decides what a provider is handed. */
export type SendingOptions = Pick<NotificationRequest['options'], 'priority' | 'ttlSeconds' | 'collapseKey' | 'silent'>;

/** Content as it would be sent now. Every delivery id has the same length, and a lifetime only gets shorter. */
export function sendableOf(
  content: NotificationContent,
  { priority, ttlSeconds, collapseKey, silent }: SendingOptions,
): Sendable {
  return {
    deliveryId: newUuid(),
    content,
    options: {
      priority,
      // The half second keeps a lifetime whole that is counted a moment later.
      expiresAt: new Date(Date.now() + ttlSeconds * 1_000 + 500),
      ...(collapseKey !== undefined && { collapseKey }),
      ...(silent === true && { silent }),
    },
  };
}
