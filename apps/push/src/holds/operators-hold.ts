import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { LIFT_OPERATORS_HOLD, PLACE_OPERATORS_HOLD } from './hold.queries.js';
import { type LiftedRow, wakeAndTell } from './holds.js';

/** Of a hold that an operator placed. What the operator says about it is in its `breaker.set`. */
const ISOLATED = 'isolated_by_operator';

/** Of a hold that an open breaker placed. */
export const DOES_NOT_ANSWER = 'provider_does_not_answer';

/** Stops a credential in every process until then, or until it is lifted, whatever its provider answers meanwhile. */
export async function placeOperatorsHold(tx: Sql, credential: Uuid, appId: Uuid, until?: string): Promise<void> {
  const { rows } = await tx.query<{ until: Date }>(PLACE_OPERATORS_HOLD, [credential, until ?? null, ISOLATED]);
  const id = formatId('credential', credential);
  const data = { credentialId: id, reason: ISOLATED, until: rows[0]!.until.toISOString(), scope: 'credential' };
  await append(tx, [{ appId, type: 'hold.placed', subject: id, data }]);
}

/** Ends it; what waited is due now. With `andOfBreaker` a hold that the breaker placed ends, too. */
export async function liftOperatorsHold(tx: Sql, credential: Uuid, andOfBreaker: boolean): Promise<void> {
  const reason = andOfBreaker ? DOES_NOT_ANSWER : ISOLATED;
  const { rows } = await tx.query<LiftedRow>(LIFT_OPERATORS_HOLD, [credential, reason]);
  await wakeAndTell(tx, credential, rows, 'lifted_by_hand');
}
