import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Receiver } from '../fan-out/wants.js';
import { LOCK_RECEIVER } from './endpoint.queries.js';

/** An endpoint that this transaction has locked. */
export interface LockedReceiver extends Receiver {
  readonly enabled: boolean;
  readonly ordered: boolean;
}

/** Undefined: it is not there any more. */
export async function lockReceiver(tx: Sql, endpoint: Uuid): Promise<LockedReceiver | undefined> {
  return (await tx.query<LockedReceiver>(LOCK_RECEIVER, [endpoint])).rows[0];
}
