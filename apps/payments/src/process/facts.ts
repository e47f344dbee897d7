import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { Connections } from './connect.js';
import type { Made } from './decide.js';
import { isoTime } from './handlers/handler.js';
import type { Kind } from './kinds.js';
import type { ObjectRef } from './object-ref.js';
import type { DeadEvent } from './observe.js';
import type { EventHead } from './seen.js';
import type { State } from './states/state.js';
import type { GivenBack } from './tell-given-back.js';

/** A fact with the effect that it tells of. */
export interface Told {
  readonly fact: Fact & { readonly id: Uuid };
  readonly effect: string;
  readonly event: Uuid;
}

/** Kinds whose facts name the payment. */
const OF_A_PAYMENT: ReadonlySet<Kind> = new Set(['payment_intent', 'refund', 'dispute', 'radar.early_fraud_warning']);

/** Kinds whose objects have no name that anybody could ask Stripe for. */
const NAMELESS: ReadonlySet<Kind> = new Set(['application', 'upcoming_invoice']);

/** The facts of effects, numbered on from `seq`. */
export function factsOf(
  object: ObjectRef,
  kind: Kind,
  connections: Connections,
  after: State,
  made: readonly Made[],
  seq: bigint,
): Told[] {
  const subject = subjectOf(object, kind, connections, after);
  // What has no lasting name at Stripe goes by what it belongs to.
  const named = NAMELESS.has(kind) ? { ...object, objectId: subject } : object;
  const base = baseOf(named, connections, OF_A_PAYMENT.has(kind));
  return made.map(({ event, wanted }, index) => {
    const number = seq + BigInt(index + 1);
    return {
      event: event.id,
      effect: wanted.repeats === true ? `${wanted.effect}:${number}` : wanted.effect,
      fact: {
        id: newUuid(),
        appId: object.appId,
        type: wanted.type,
        subject,
        data: { ...base, occurredAt: isoTime(event.created), ...wanted.data },
        // Invoices to come are many objects to us and one subject to readers.
        ...(kind !== 'upcoming_invoice' && { seq: number }),
      },
    };
  });
}

/** The fact that a payment gave back more, or less after all, than was told before. */
export function givenBackFact(object: ObjectRef, connections: Connections, event: EventHead, moved: GivenBack): Told {
  const { amount, currency, amountRefunded, seq } = moved;
  const payment = connections.payment!;
  const ofPayment = { ...object, objectId: payment.paymentIntent };
  const base = baseOf(ofPayment, connections, true);
  return {
    event: event.id,
    effect: `given_back:${amountRefunded}:${seq}`,
    fact: {
      id: newUuid(),
      appId: object.appId,
      type: 'payment.refunded',
      subject: formatId('payment', payment.id),
      data: { ...base, occurredAt: isoTime(event.created), amount, currency, amountRefunded },
      seq,
    },
  };
}

/** The fact that an event waits for a person. */
export function deathOf({ row, reason }: { readonly row: DeadEvent; readonly reason: string }): Fact {
  const eventId = formatId('stripeEvent', row.id);
  return {
    appId: row.appId,
    type: 'stripe_event.dead',
    subject: eventId,
    data: { eventId, stripeId: row.stripeId, type: row.type, reason },
  };
}

function baseOf(
  { objectId, account, livemode }: ObjectRef,
  { payment, userId }: Connections,
  ofPayment: boolean,
): object {
  return {
    gateway: 'stripe',
    gatewayRef: objectId,
    ...(account !== '' && { account }),
    livemode,
    ...(userId !== undefined && { userId }),
    ...(ofPayment && payment !== undefined && { paymentId: formatId('payment', payment.id) }),
  };
}

/** A payment goes by the name that we gave it, everything else by Stripe's. */
function subjectOf({ objectId, account }: ObjectRef, kind: Kind, { payment }: Connections, { now }: State): string {
  if (kind === 'payment_intent' && payment !== undefined) return formatId('payment', payment.id);
  if (kind === 'application' && account !== '') return account;
  if (kind !== 'upcoming_invoice') return objectId;
  const { subscription, customer } = now as { subscription?: string; customer?: string };
  return subscription ?? customer ?? objectId;
}
