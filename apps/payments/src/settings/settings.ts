import { paymentSettings, type PaymentSettings, type PaymentSettingsView, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { KEEP_SETTINGS, SETTINGS } from './settings.queries.js';

interface SettingsRow {
  readonly settings: unknown;
  readonly updatedAt: Date;
}

/** What an app wants its sheets to show, and which gateway takes which of its payments. */
export class Settings {
  constructor(private readonly sql: Sql) {}

  /** Undefined: the app has said nothing yet. */
  async of(appId: Uuid): Promise<PaymentSettingsView | undefined> {
    const { rows } = await this.sql.query<SettingsRow>(SETTINGS, [appId]);
    return rows[0] && viewOf(rows[0]);
  }

  async keep(appId: Uuid, settings: PaymentSettings): Promise<PaymentSettingsView> {
    return viewOf((await this.sql.query<SettingsRow>(KEEP_SETTINGS, [appId, settings])).rows[0]!);
  }
}

/** Parsed again, so that settings of an earlier version have the defaults of this one. */
function viewOf({ settings, updatedAt }: SettingsRow): PaymentSettingsView {
  return { ...paymentSettings.parse(settings), updatedAt: updatedAt.toISOString() };
}
