import {
  firstUuidAt,
  newUuid,
  parseId,
  type NewStripeSource,
  type Page,
  type StripeSourceChange,
  type StripeSourceView,
  type Uuid,
} from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { toPage } from '@signalbox/http';
import { addSecrets } from './add-secrets.js';
import type { KnownSources } from './known-sources.js';
import { SECRETS_OF } from './secret.queries.js';
import { sourceFact } from './source-fact.js';
import { viewSource, type SecretRow, type SourceRow } from './source-view.js';
import { DELETE_SOURCE, INSERT_SOURCE, LIST_SOURCES, ONE_SOURCE, RENAME_SOURCE } from './source.queries.js';

/** Stripe itself lets an account have 16 event destinations. */
const MOST_OF_AN_APP = 100;

/** The Stripe sources of apps. Everything is bound to an app: another app's source is not there. */
export class Sources {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
    private readonly known: KnownSources,
  ) {}

  /** Undefined: the app has as many as it may. */
  async create(
    appId: Uuid,
    livemode: boolean,
    { name, scope, shape, secrets }: NewStripeSource,
  ): Promise<StripeSourceView | undefined> {
    return this.database.transaction(async (tx) => {
      const values = [newUuid(), appId, name, scope, livemode, shape, MOST_OF_AN_APP];
      const [row] = (await tx.query<SourceRow>(INSERT_SOURCE, values)).rows;
      if (row === undefined) return undefined;
      const made = await addSecrets(tx, this.envelope, { appId, source: row.id, secrets });
      await append(tx, [sourceFact('stripe_source.created', row, { scope, livemode, shape })]);
      return viewSource(row, made);
    });
  }

  async list(appId: Uuid, after: string | undefined, limit: number): Promise<Page<StripeSourceView>> {
    const from = after === undefined ? firstUuidAt(0) : parseId('stripeSource', after);
    if (from === undefined) return { items: [], next: null };
    const { rows } = await this.database.query<SourceRow>(LIST_SOURCES, [appId, from, limit + 1]);
    return toPage(await withSecrets(this.database, rows), limit);
  }

  async find(appId: Uuid, id: Uuid): Promise<StripeSourceView | undefined> {
    const { rows } = await this.database.query<SourceRow>(ONE_SOURCE, [appId, id]);
    return (await withSecrets(this.database, rows))[0];
  }

  /** Undefined: no such source. */
  async change(appId: Uuid, id: Uuid, { name }: StripeSourceChange): Promise<StripeSourceView | undefined> {
    await this.database.transaction(async (tx) => {
      if (name === undefined || (await tx.query(RENAME_SOURCE, [appId, id, name])).rowCount === 0) return;
      await append(tx, [sourceFact('stripe_source.changed', { id, appId }, { fields: ['name'] })]);
    });
    return this.find(appId, id);
  }

  /** Returns whether there was such a source. */
  async remove(appId: Uuid, id: Uuid): Promise<boolean> {
    const removed = await this.database.transaction(async (tx) => {
      if ((await tx.query(DELETE_SOURCE, [appId, id])).rowCount === 0) return false;
      await append(tx, [sourceFact('stripe_source.deleted', { id, appId })]);
      return true;
    });
    this.known.forget(id);
    return removed;
  }
}

async function withSecrets(sql: Sql, rows: readonly SourceRow[]): Promise<StripeSourceView[]> {
  const { rows: secrets } = await sql.query<SecretRow>(SECRETS_OF, [rows.map((row) => row.id)]);
  const bySource = Map.groupBy(secrets, (secret) => secret.sourceId);
  return rows.map((row) => viewSource(row, bySource.get(row.id) ?? []));
}
