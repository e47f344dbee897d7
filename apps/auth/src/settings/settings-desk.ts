import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { type AuthSettings, readSettings } from './auth-settings.js';
import { READ_SETTINGS, WRITE_SETTINGS } from './settings.queries.js';

/** Milliseconds for which settings are believed: pages and judges ask often, operators change them rarely. */
const BELIEVED_FOR = 1_000;
const MAX_BELIEVED = 1_000;

/** The settings of all apps. */
export class SettingsDesk {
  private readonly believed = new Map<Uuid, { readonly until: number; readonly settings: Promise<AuthSettings> }>();

  constructor(private readonly database: Database) {}

  async of(appId: Uuid): Promise<AuthSettings> {
    const known = this.believed.get(appId);
    if (known !== undefined && known.until > performance.now()) return known.settings;
    const settings = read(this.database, appId);
    if (this.believed.size >= MAX_BELIEVED) this.believed.clear();
    this.believed.set(appId, { until: performance.now() + BELIEVED_FOR, settings });
    settings.catch(() => this.believed.delete(appId));
    return settings;
  }

  async put(appId: Uuid, settings: AuthSettings): Promise<AuthSettings> {
    await this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ version: number }>(WRITE_SETTINGS, [appId, JSON.stringify(settings)]);
      const { version } = rows[0]!;
      await append(tx, [{ appId, type: 'auth_settings.changed', subject: formatId('app', appId), data: { version } }]);
    });
    this.believed.delete(appId);
    return settings;
  }
}

async function read(sql: Sql, appId: Uuid): Promise<AuthSettings> {
  const { rows } = await sql.query<{ settings: unknown }>(READ_SETTINGS, [appId]);
  return readSettings(rows[0]?.settings);
}
