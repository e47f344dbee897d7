import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { WAY_IN_BUT } from './ways-in.queries.js';

/**
 * Whether users still get into their account without this passkey or identity. The caller holds the user: of two that go at once, the
 * second is looked at when the first is gone.
 */
export async function wayInLeft(
  tx: Sql,
  { appId, userId }: { readonly appId: Uuid; readonly userId: Uuid },
  without: Uuid,
): Promise<boolean> {
  return (await tx.query<{ is_left: boolean }>(WAY_IN_BUT, [appId, userId, without])).rows[0]!.is_left;
}
