import { formatId, type Uuid, type WebhookEndpointView, type WebhookSecretView } from '@signalbox/contracts';

/** An endpoint as the queries of this folder name its columns. */
export interface EndpointRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly url: string;
  readonly description: string | null;
  /** Empty: all types. */
  readonly eventTypes: string[];
  readonly ordered: boolean;
  readonly enabled: boolean;
  readonly disabledReason: WebhookEndpointView['disabledReason'];
  readonly disabledAt: Date | null;
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export function viewEndpoint(row: EndpointRow, secrets: WebhookSecretView[]): WebhookEndpointView {
  return {
    id: formatId('webhookEndpoint', row.id),
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes.length === 0 ? null : row.eventTypes,
    ordered: row.ordered,
    enabled: row.enabled,
    disabledReason: row.disabledReason,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    failingSince: row.failingSince?.toISOString() ?? null,
    pausedUntil: row.pausedUntil?.toISOString() ?? null,
    secrets,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
