import type { Uuid, WebhookDeliveryView, WebhookEndpointView } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type AppListFound, type AppListWish, readAppList } from '../apps/read-app-list.js';
import { DELIVERIES, ENDPOINT, ENDPOINTS } from './webhook.queries.js';

/** Where events of an app go; its secrets are not read. */
export interface WebhookEndpoint {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly url: string;
  readonly description: string | null;
  /** Empty: all types. */
  readonly eventTypes: readonly string[];
  readonly ordered: boolean;
  readonly enabled: boolean;
  readonly disabledReason: WebhookEndpointView['disabledReason'];
  readonly disabledAt: Date | null;
  /** The first failure since the last success. */
  readonly failingSince: Date | null;
  readonly pausedUntil: Date | null;
  readonly createdAt: Date;
}

/** The same with what its last events came to. */
export interface ListedEndpoint extends WebhookEndpoint {
  readonly events: number;
  readonly failed: number;
  readonly waiting: number;
}

/** One event for one endpoint, and the last attempt at it, if there was one. */
export interface WebhookDelivery {
  readonly id: Uuid;
  readonly eventId: Uuid;
  readonly eventType: string;
  readonly subject: string;
  readonly state: WebhookDeliveryView['state'];
  readonly attempt: number;
  readonly reason: string | null;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly lastAt: Date | null;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly milliseconds: number | null;
  readonly error: string | null;
  /** How the body of the answer began. */
  readonly answer: string | null;
}

const DELIVERIES_SHOWN = 50;
/** Of each endpoint, what its last events came to. */
export const LATELY = 100;

/** One page of endpoints, the newest first. */
export function readEndpoints(sql: Sql, wish: AppListWish): Promise<AppListFound<ListedEndpoint>> {
  return readAppList('webhookEndpoint', wish, async (...which) => {
    const { rows } = await sql.query<ListedEndpoint>(ENDPOINTS, [...which, LATELY]);
    return rows;
  });
}

export async function readEndpoint(sql: Sql, id: Uuid): Promise<WebhookEndpoint | undefined> {
  return (await sql.query<WebhookEndpoint>(ENDPOINT, [id])).rows[0];
}

/** What became of its newest events, newest first. */
export async function readDeliveries(sql: Sql, endpoint: Uuid): Promise<WebhookDelivery[]> {
  return (await sql.query<WebhookDelivery>(DELIVERIES, [endpoint, DELIVERIES_SHOWN])).rows;
}
