import type { DeliveryEnding } from '../../deliver/delivery-ending.js';
import type { Attempt } from '../../deliver/dispatcher.js';
import type { Recorded } from '../../recording/request-log.js';
import type { Kind } from '../notifications/notification.js';

/** One attempt at a webhook, as the control API lists it; written down when it has ended. */
export interface SentWebhook extends Recorded, Attempt {
  readonly endpointId: string;
  readonly merchantId: string;
  readonly url: string;
  readonly notificationId: string;
  readonly kind: Kind;
  readonly subjectId: string;
  readonly ending: DeliveryEnding;
}

export interface WebhookFilter {
  readonly endpointId?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly notificationId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly kind?: string | undefined;
  readonly status?: number | undefined;
  /** `answer`, `dropped` or `unanswered`. */
  readonly ending?: string | undefined;
}

export function matchesWebhook(sent: SentWebhook, filter: WebhookFilter): boolean {
  return (
    (filter.endpointId === undefined || sent.endpointId === filter.endpointId) &&
    (filter.merchantId === undefined || sent.merchantId === filter.merchantId) &&
    (filter.notificationId === undefined || sent.notificationId === filter.notificationId) &&
    (filter.subjectId === undefined || sent.subjectId === filter.subjectId) &&
    (filter.kind === undefined || sent.kind === filter.kind) &&
    (filter.ending === undefined || sent.ending.kind === filter.ending) &&
    (filter.status === undefined || (sent.ending.kind === 'answer' && sent.ending.status === filter.status))
  );
}
