import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { AuthSettings } from '../settings/auth-settings.js';
import type { SettingsDesk } from '../settings/settings-desk.js';
import { APP_NAME } from './settings-of.queries.js';

/** What of an app second factors go by. */
export interface MfaSettings extends Pick<AuthSettings, 'mfa' | 'appLinks'> {
  /** As its users know it. */
  readonly displayName: string;
}

/** The phone apps that are this app, as their platforms know them. */
export type AppLinks = AuthSettings['appLinks'];

export type SettingsOf = (appId: Uuid) => Promise<MfaSettings>;

/** From what the app's owner has set; an app that said no name to its users has that by which it was made. */
export function settingsFrom(desk: SettingsDesk, database: Database): SettingsOf {
  return async (appId) => {
    const { mfa, appLinks, theme } = await desk.of(appId);
    return { mfa, appLinks, displayName: theme.displayName ?? (await appName(database, appId)) };
  };
}

async function appName(database: Database, appId: Uuid): Promise<string> {
  const { rows } = await database.query<{ name: string }>(APP_NAME, [appId]);
  return rows[0]?.name ?? '';
}
