import { formatId, type Uuid, type WebhookAttemptView, type WebhookDeliveryView } from '@signalbox/contracts';

export interface AttemptRow {
  readonly attempt: number;
  /** A date of the driver, or the text of one inside jsonb. */
  readonly at: Date | string;
  readonly status: number | null;
  readonly milliseconds: number;
  readonly answer: string | null;
  readonly error: string | null;
}

export interface DeliveryRow {
  readonly id: Uuid;
  readonly endpointId: Uuid;
  readonly eventId: Uuid;
  readonly eventType: string;
  readonly subject: string;
  readonly state: WebhookDeliveryView['state'];
  readonly attempt: number;
  readonly reason: string | null;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly last: AttemptRow | null;
}

export function viewDelivery(row: DeliveryRow): WebhookDeliveryView {
  return {
    id: formatId('webhookDelivery', row.id),
    endpointId: formatId('webhookEndpoint', row.endpointId),
    eventId: formatId('event', row.eventId),
    eventType: row.eventType,
    subject: row.subject,
    state: row.state,
    attempts: row.attempt,
    reason: row.reason,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastAttempt: row.last === null ? null : viewAttempt(row.last),
  };
}

export function viewAttempt({ at, ...row }: AttemptRow): WebhookAttemptView {
  return { ...row, at: new Date(at).toISOString() };
}
