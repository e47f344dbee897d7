import { formatId, objectKey, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { ACCOUNTS, KNOWN_OBJECTS, OBJECTS_OF_EVENT, TOLD_OBJECTS, USERS_OF_CUSTOMER } from './payment.queries.js';

/** Something of Stripe's that we know of, in one app. */
interface Known {
  readonly key: Uuid;
  readonly appId: Uuid;
  readonly paymentId: Uuid | null;
}

/** Where an id of Stripe's is told of. */
export interface AtStripe {
  /** Pages of payments and objects, with their apps. */
  readonly pages: readonly { readonly url: string; readonly appId: string }[];
  /** Users who are the customer of that id. */
  readonly users: readonly { readonly appId: string; readonly userId: string }[];
}

/**
 * Whom an id of Stripe's belongs to. An id says nothing of its app: the object's key is computed for each account that we know, and
 * looked up.
 */
export async function findAtStripe(sql: Sql, id: string): Promise<AtStripe> {
  const { rows: accounts } = await sql.query<{ appId: Uuid; account: string }>(ACCOUNTS, []);
  const [apps, names] = [accounts.map(({ appId }) => appId), accounts.map(({ account }) => account)];
  const known = id.startsWith('evt_')
    ? (await sql.query<Known>(OBJECTS_OF_EVENT, [apps, names, id])).rows
    : await knownObjects(
        sql,
        accounts.map(({ appId, account }) => objectKey(appId, account, id)),
      );
  const users = id.startsWith('cus_')
    ? (await sql.query<{ appId: Uuid; userId: string }>(USERS_OF_CUSTOMER, [apps, names, id])).rows
    : [];
  return {
    pages: known.map(({ key, appId, paymentId }) => ({
      url: paymentId === null ? `/stripe-objects/${key}` : `/payments/${formatId('payment', paymentId)}`,
      appId: formatId('app', appId),
    })),
    users: users.map(({ appId, userId }) => ({ appId: formatId('app', appId), userId })),
  };
}

async function knownObjects(sql: Sql, keys: readonly Uuid[]): Promise<readonly Known[]> {
  const { rows } = await sql.query<Known>(KNOWN_OBJECTS, [keys]);
  return rows.length > 0 ? rows : (await sql.query<Known>(TOLD_OBJECTS, [keys])).rows;
}
