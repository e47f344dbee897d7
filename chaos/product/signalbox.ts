import { openDatabase } from '@signalbox/database';
import { signalboxDoor } from '../load/signalbox-door.ts';
import { brokenInvariants, openItems, readOutcomes } from '../oracle/read-system.ts';
import type { System } from '../system/system.ts';
import { isOfTroubledApp, POISON_USER, tokenOf, USERS, type Product } from './product.ts';

/** Signalbox with the users' phones, all of one app, or of two that each have an APNs key of their own. */
export async function openSignalbox(system: System, apps: 1 | 2): Promise<Product> {
  const steady = await createApp(system, 'steady');
  const troubled = apps === 2 ? await createApp(system, 'troubled') : steady;
  const keyOf = (user: number): string => (isOfTroubledApp(user) ? troubled : steady);
  for (let user = 0; user <= POISON_USER; user += 1) await registerPhone(system, keyOf(user), user);
  const database = openDatabase({
    url: system.postgres.url(),
    name: 'chaos',
    maxConnections: 2,
    onIdleError: () => undefined,
  });
  return {
    door: signalboxDoor(system.urls.api, (user) => keyOf(Number(user.split('-')[1]))),
    users: USERS,
    owed: () => openItems(database),
    books: async () => ({ outcomes: await readOutcomes(database), invariant: await brokenInvariants(database) }),
    close: () => database.close(),
  };
}

/** @returns the app's secret key. */
async function createApp({ urls, operatorToken }: System, name: string): Promise<string> {
  const app = await ask('POST', `${urls.auth}/v1/apps`, operatorToken, { name, mode: 'test' });
  const { key } = await ask('POST', `${urls.auth}/v1/api-keys`, operatorToken, { appId: app.id, kind: 'secret', name });
  const credential = await ask('POST', `${urls.control}/v1/apns/keys`, '', {});
  await ask('PUT', `${urls.auth}/v1/apps/${app.id}/credentials/apns`, operatorToken, credential);
  return key;
}

async function registerPhone({ urls }: System, key: string, user: number): Promise<void> {
  await ask('PUT', `${urls.api}/v1/devices/phone-${user}`, key, {
    userId: `user-${user}`,
    platform: 'ios',
    target: { kind: 'apns', token: tokenOf(user) },
    environment: 'sandbox',
    bundleId: 'com.example.app',
  });
}

async function ask(method: string, url: string, key: string, body: object): Promise<{ id: string; key: string }> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as { id: string; key: string };
}
