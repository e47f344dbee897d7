import { objectKey } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { NotNow } from './find-user.js';
import type { Charge } from './normalise/charge.js';
import { UnknownShape } from './normalise/unknown-shape.js';
import type { ObjectRef } from './object-ref.js';
import { normalise } from './observe.js';
import { STATE } from './process.queries.js';
import type { State } from './states/state.js';
import type { StripeReader } from './stripe-reader.js';

/** The charge that a fraud warning is about: as we know it, else as Stripe does. Undefined: there is none. */
export async function findCharge(
  sql: Sql,
  reader: StripeReader,
  { appId, account, livemode }: ObjectRef,
  charge: string,
): Promise<Charge | undefined | NotNow> {
  const { rows } = await sql.query<{ state: Partial<State<Charge>> }>(STATE, [objectKey(appId, account, charge)]);
  if (rows[0]?.state.now !== undefined) return rows[0].state.now;
  const answer = await reader.read({ appId, account, livemode, objectType: 'charge', objectId: charge });
  if (answer.kind === 'gone') return undefined;
  if (answer.kind === 'later') return { later: answer.ms, reason: answer.reason };
  try {
    return normalise('charge', answer.object, answer.apiVersion) as Charge;
  } catch (error) {
    if (error instanceof UnknownShape) return undefined;
    throw error;
  }
}
