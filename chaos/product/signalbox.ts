import { openDatabase } from '@signalbox/database';
import { signalboxDoor } from '../load/signalbox-door.ts';
import { brokenInvariants, openItems, readOutcomes } from '../oracle/read-system.ts';
import type { System } from '../system/system.ts';
import { isOfTroubledApp, POISON_USER, tokenOf, USERS, type Product } from './product.ts';
import { createApp, registerIphone } from './set-up.ts';

/** Signalbox with the users' phones, all of one app, or of two that each have an APNs key of their own. */
export async function openSignalbox(system: System, apps: 1 | 2): Promise<Product> {
  const steady = await createApp(system, 'steady', ['apns']);
  const troubled = apps === 2 ? await createApp(system, 'troubled', ['apns']) : steady;
  const keyOf = (user: number): string => (isOfTroubledApp(user) ? troubled : steady);
  for (let user = 0; user <= POISON_USER; user += 1) {
    await registerIphone(system, keyOf(user), `user-${user}`, tokenOf(user));
  }
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
