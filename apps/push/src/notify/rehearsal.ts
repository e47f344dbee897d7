import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Addressed } from '../route/addressed.js';
import type { RoutePlan } from '../route/plan-route.js';
import { lookUp } from '../route/look-up.js';
import { routeDevices } from '../route/route-devices.js';
import type { StoredNotification } from '../work/notifications-by-id.js';

/** What routing would do with a notification at this moment. */
export interface Rehearsal {
  readonly addressed: readonly Addressed[];
  readonly plan: RoutePlan;
}

/** Carries what was found out of the transaction that is not to be kept. */
class RolledBack extends Error {
  override readonly name = 'RolledBack';

  constructor(readonly rehearsal: Rehearsal) {
    super('a rehearsal is over');
  }
}

/**
 * Routes a notification that nobody accepted as a real one is routed, by the same statements, and takes everything back: not even
 * a cap has counted it.
 */
export async function rehearse(
  database: Database,
  appId: Uuid,
  id: Uuid,
  payload: StoredNotification['payload'],
): Promise<Rehearsal> {
  // Nobody opens its content: what is sent to whom does not depend on the words.
  const notification: StoredNotification = { id, appId, payload, content: Buffer.alloc(0), dekId: id };
  try {
    return await database.transaction(async (tx): Promise<never> => {
      const found = await lookUp(tx, [{ n: id }], new Map([[id, notification]]));
      const plan = await routeDevices(tx, payload.root, found.addressed, found, Date.now());
      throw new RolledBack({ addressed: found.addressed, plan });
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.rehearsal;
    throw error;
  }
}
