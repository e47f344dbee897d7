import type { Sql } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import type { Observation } from './decide.js';
import { findCharge } from './find-charge.js';
import type { NotNow } from './find-user.js';
import type { Kind, Links } from './kinds.js';
import type { Charge } from './normalise/charge.js';
import { UnknownShape } from './normalise/unknown-shape.js';
import type { ObjectRef } from './object-ref.js';
import { normalise, type Dead, type Readable } from './observe.js';
import type { StripeReader } from './stripe-reader.js';

/** Events with everything that there is to see of their object. */
export interface Consulted {
  readonly observations: readonly Observation[];
  readonly dead: readonly Dead[];
  /** Stripe was asked, so the object must not move on before this is written. */
  readonly wasAsked: boolean;
  /** Events that wait, since Stripe does not answer now. */
  readonly waiting: NotNow | undefined;
}

/** Asks Stripe how the object stands now, once for all events that need it. Those that do not need it never wait for it. */
export async function consult(
  sql: Sql,
  reader: StripeReader,
  object: ObjectRef,
  kind: Kind,
  events: readonly Readable[],
): Promise<Consulted> {
  const charge = await chargeOf(sql, reader, object, kind, events);
  if (charge !== undefined && 'later' in charge)
    return { observations: [], dead: [], wasAsked: false, waiting: charge };
  const seeing =
    (present?: object | 'gone') =>
    (event: Readable): Observation => ({
      handler: event.handler,
      seen: {
        event: event.head,
        snapshot: event.snapshot,
        formerCustomer: event.formerCustomer,
        charge,
        ...(event.isAsked && { present }),
      },
    });
  const asking = events.filter(({ isAsked }) => isAsked);
  const others = events.filter(({ isAsked }) => !isAsked).map(seeing());
  if (asking.length === 0) return { observations: others, dead: [], wasAsked: false, waiting: undefined };
  const { appId, account, livemode, objectId } = object;
  const answer = await atCrashPoint('stripe.ask', () =>
    reader.read({ appId, account, livemode, objectType: kind, objectId }),
  );
  switch (answer.kind) {
    case 'later':
      return { observations: others, dead: [], wasAsked: false, waiting: { later: answer.ms, reason: answer.reason } };
    case 'gone':
      return { observations: events.map(seeing('gone')), dead: [], wasAsked: true, waiting: undefined };
    case 'found':
      try {
        const present = normalise(kind, answer.object, answer.apiVersion);
        return { observations: events.map(seeing(present)), dead: [], wasAsked: true, waiting: undefined };
      } catch (error) {
        if (!(error instanceof UnknownShape)) throw error;
        const detail = `the object as it is now: ${error.message}`;
        const dead = asking.map(({ row }): Dead => ({ row, objectKind: kind, reason: 'unknown_shape', detail }));
        return { observations: others, dead, wasAsked: false, waiting: undefined };
      }
  }
}

async function chargeOf(
  sql: Sql,
  reader: StripeReader,
  object: ObjectRef,
  kind: Kind,
  events: readonly Readable[],
): Promise<Charge | undefined | NotNow> {
  if (kind !== 'radar.early_fraud_warning') return undefined;
  const charge = events.map(({ snapshot }) => (snapshot as Links | undefined)?.charge).find((id) => id !== undefined);
  return charge === undefined ? undefined : findCharge(sql, reader, object, charge);
}
