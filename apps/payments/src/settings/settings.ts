import { paymentSettings, type PaymentSettings, type PaymentSettingsView, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
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

  /** For a sheet, which cannot do without. @throws Problem 409 */
  async needed(appId: Uuid): Promise<PaymentSettingsView> {
    const settings = await this.of(appId);
    if (settings !== undefined) return settings;
    const detail = 'The app has no payment settings yet: PUT /v1/payment-settings says what its sheets show.';
    throw problems.conflict('payment_settings_missing', detail);
  }

  async keep(appId: Uuid, settings: PaymentSettings): Promise<PaymentSettingsView> {
    return viewOf((await this.sql.query<SettingsRow>(KEEP_SETTINGS, [appId, settings])).rows[0]!);
  }
}

/** Parsed again, so that settings of an earlier version have the defaults of this one. */
function viewOf({ settings, updatedAt }: SettingsRow): PaymentSettingsView {
  return { ...paymentSettings.parse(settings), updatedAt: updatedAt.toISOString() };
}
