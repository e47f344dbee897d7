import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { SettingsDesk } from '../settings/settings-desk.js';
import type { AppProfile } from './account-parts.js';
import { READ_APP_NAME } from './app-profile.queries.js';

/** What apps settled, with the name under which their users know them. */
export function appProfiles(sql: Sql, settings: SettingsDesk): (appId: Uuid) => Promise<AppProfile> {
  return async (appId) => {
    const { theme, registration, emailVerification } = await settings.of(appId);
    const displayName = theme.displayName ?? (await nameOf(sql, appId));
    return { displayName, registration, emailVerification };
  };
}

/** An app that is gone has no users who could wonder at its name. */
async function nameOf(sql: Sql, appId: Uuid): Promise<string> {
  return (await sql.query<{ name: string }>(READ_APP_NAME, [appId])).rows[0]?.name ?? 'Signalbox';
}
