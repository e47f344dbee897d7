import {
  firstUuidAt,
  newUuid,
  parseId,
  type CreatedWebhookEndpoint,
  type NewWebhookEndpoint,
  type Page,
  type Uuid,
  type WebhookEndpointChange,
  type WebhookEndpointView,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { toPage } from '@signalbox/http';
import type { Publisher } from '@signalbox/queues';
import { materialOf } from '../secrets/secret-material.js';
import type { Secrets } from '../secrets/secrets.js';
import { changeEndpoint } from './change-endpoint.js';
import { endpointFact } from './endpoint-fact.js';
import { viewEndpoint, type EndpointRow } from './endpoint-view.js';
import {
  APP_OF_ENDPOINT,
  DELETE_ENDPOINT,
  FAIL_WAITING,
  INSERT_ENDPOINT,
  LIST_ENDPOINTS,
  ONE_ENDPOINT,
} from './endpoint.queries.js';
import { lockReceiver } from './lock-receiver.js';

/** Each event of an app is taken on once for each of its endpoints. */
const MOST_OF_AN_APP = 100;

/** The webhook endpoints of apps. Everything is bound to an app: another app's endpoint is not there. */
export class Endpoints {
  constructor(
    private readonly database: Database,
    private readonly secrets: Secrets,
    private readonly publisher: Publisher,
  ) {}

  /** Undefined: the app has as many as it may. The URL was checked by the caller. @throws KeyMismatch */
  async create(appId: Uuid, wanted: NewWebhookEndpoint): Promise<CreatedWebhookEndpoint | undefined> {
    const material = materialOf(wanted.secret);
    return this.database.transaction(async (tx) => {
      const { url, description = null, eventTypes = [], ordered } = wanted;
      const values = [newUuid(), appId, url, description, eventTypes, ordered, MOST_OF_AN_APP];
      const { rows } = await tx.query<EndpointRow>(INSERT_ENDPOINT, values);
      const [row] = rows;
      if (row === undefined) return undefined;
      const secret = await this.secrets.add(tx, appId, row.id, material);
      const { secret: _shownOnce, ...view } = secret;
      await append(tx, [endpointFact('webhook_endpoint.created', row)]);
      return { ...viewEndpoint(row, [view]), secret };
    });
  }

  async list(appId: Uuid, after: string | undefined, limit: number): Promise<Page<WebhookEndpointView>> {
    const from = after === undefined ? firstUuidAt(0) : parseId('webhookEndpoint', after);
    if (from === undefined) return { items: [], next: null };
    const { rows } = await this.database.query<EndpointRow>(LIST_ENDPOINTS, [appId, from, limit + 1]);
    return toPage(await this.withSecrets(this.database, rows), limit);
  }

  async find(appId: Uuid, id: Uuid): Promise<WebhookEndpointView | undefined> {
    const { rows } = await this.database.query<EndpointRow>(ONE_ENDPOINT, [appId, id]);
    return (await this.withSecrets(this.database, rows))[0];
  }

  /** Whose it is; undefined: no such endpoint. */
  async appOf(id: Uuid): Promise<Uuid | undefined> {
    return (await this.database.query<{ appId: Uuid }>(APP_OF_ENDPOINT, [id])).rows[0]?.appId;
  }

  /** Undefined: no such endpoint. A new URL was checked by the caller. */
  async change(appId: Uuid, id: Uuid, change: WebhookEndpointChange): Promise<WebhookEndpointView | undefined> {
    const changed = await this.database.transaction(async (tx) => {
      if ((await lockReceiver(tx, id))?.appId !== appId) return undefined;
      const [before] = (await tx.query<EndpointRow>(ONE_ENDPOINT, [appId, id])).rows;
      const offers = await changeEndpoint(tx, before!, change);
      const { rows } = await tx.query<EndpointRow>(ONE_ENDPOINT, [appId, id]);
      return { offers, view: (await this.withSecrets(tx, rows))[0] };
    });
    if (changed === undefined) return undefined;
    void this.publisher.publish(changed.offers, 'webhook.publish');
    return changed.view;
  }

  /** Returns whether there was such an endpoint. Its log goes with time, as every log does. */
  async remove(appId: Uuid, id: Uuid): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const locked = await lockReceiver(tx, id);
      if (locked?.appId !== appId) return false;
      await tx.query(FAIL_WAITING, [id]);
      await tx.query(DELETE_ENDPOINT, [id]);
      await append(tx, [endpointFact('webhook_endpoint.deleted', locked)]);
      return true;
    });
  }

  private async withSecrets(sql: Sql, rows: readonly EndpointRow[]): Promise<WebhookEndpointView[]> {
    const ids = rows.map((row) => row.id);
    const secrets = await this.secrets.validOf(sql, ids);
    return rows.map((row) => viewEndpoint(row, secrets.get(row.id) ?? []));
  }
}
