import { expect, it } from '@jest/globals';
import { insertApp, usePostgres } from '@signalbox/testing';
import { authSettings } from '../settings/auth-settings.js';
import { SettingsDesk } from '../settings/settings-desk.js';
import { settingsFrom } from './settings-of.js';

const postgres = usePostgres();

it('an app has the name that it told its users, or else its own', async () => {
  const desk = new SettingsDesk(postgres.database());
  const settingsOf = settingsFrom(desk, postgres.database());
  const appId = await insertApp(postgres.database());
  const links = { android: [], ios: [] };
  expect(await settingsOf(appId)).toEqual({ mfa: 'optional', appLinks: links, displayName: 'shop' });
  await desk.put(appId, authSettings.parse({ mfa: 'required', theme: { displayName: 'Flowers' } }));
  expect(await settingsOf(appId)).toEqual({ mfa: 'required', appLinks: links, displayName: 'Flowers' });
});
