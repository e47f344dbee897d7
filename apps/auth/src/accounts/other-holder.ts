import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { AccountRow } from './account-parts.js';
import { FIND_BY_EMAIL } from './account.queries.js';

/** Another user of the app who has an address that is to be this one's. */
export async function otherHolder(
  tx: Sql,
  { appId, userId, emailKey }: { readonly appId: Uuid; readonly userId: Uuid; readonly emailKey: string },
): Promise<AccountRow | undefined> {
  const holder = (await tx.query<AccountRow>(FIND_BY_EMAIL, [appId, emailKey])).rows[0];
  return holder?.id === userId ? undefined : holder;
}
