import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { post } from '../../../ledger/post.js';
import { wasDeclined } from '../read-answer.js';
import { stateOfSale } from '../transaction-state.js';
import { factsOfDispute } from './dispute-facts.js';
import { EFFECTS, KEEP_EFFECTS, KEEP_STATE, LOCK_PAYMENT } from './process.queries.js';
import { factsOfGivingBack, toldOf } from './refund-facts.js';
import { factsOfSale } from './sale-facts.js';
import type { Sighting } from './sighting.js';
import type { Wanted } from './wanted.js';

interface LockedPayment {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly ref: string | null;
  readonly userId: string | null;
  readonly livemode: boolean;
  /** Since when we know how it stands, by the database; null: we never looked. */
  readonly knownAt: Date | null;
}

export interface Update {
  readonly payment: Uuid;
  readonly sighting: Sighting;
  /** The database's time before Braintree was asked. */
  readonly askedAt: Date;
  /** The notification that made us ask. */
  readonly event: Uuid | undefined;
}

/**
 * Brings a payment up to how Braintree has it, and tells what follows, each once. Under the payment's lock, so that whoever else is at it
 * comes before or after and sees what was told.
 *
 * @returns how many facts were told; `stale`: something newer is known, so that what was seen might tell of a smaller sum, or of an
 * earlier state, as the latest news. Nothing was told, and Braintree has to be asked again.
 */
export async function bringUpToDate(
  tx: Sql,
  { payment: id, sighting, askedAt, event }: Update,
): Promise<number | 'stale'> {
  const payment = (await tx.query<LockedPayment>(LOCK_PAYMENT, [id])).rows[0];
  if (payment === undefined) return 0;
  if (payment.knownAt !== null && askedAt < payment.knownAt) return 'stale';
  const { rows: effects } = await tx.query<{ effect: string; subject: string }>(EFFECTS, [id]);
  const happened = new Set(effects.map(({ effect }) => effect));
  const fresh = wantedOf(sighting, happened).filter(({ effect }) => !happened.has(effect));
  const numbers = new Map<string, bigint>();
  for (const { subject } of effects) count(numbers, subject);
  const told = fresh.map((wanted) => ({ wanted, fact: factOf(payment, wanted, numbers) }));
  if (isOf(payment, sighting))
    await tx.query(KEEP_STATE, [
      id,
      JSON.stringify(stateOfSale(sighting.sale)),
      stateOfSale(sighting.sale).ref ?? null,
      askedAt,
    ]);
  if (told.length === 0) return 0;
  const facts = told.map(({ fact }) => fact);
  await append(tx, facts);
  await post(tx, facts);
  await tx.query(KEEP_EFFECTS, [
    id,
    event ?? null,
    told.map(({ wanted }) => wanted.effect),
    facts.map(({ subject }) => subject),
    facts.map(({ id: fact }) => fact),
  ]);
  return told.length;
}

/** Everything that may be told of a payment that stands like this; `happened`: what was told. */
function wantedOf(sighting: Sighting, happened: ReadonlySet<string>): Wanted[] {
  return [
    ...factsOfSale(sighting.sale),
    ...factsOfGivingBack(sighting, toldOf([...happened])),
    ...sighting.disputes.flatMap(factsOfDispute),
  ];
}

/** A sale that was declined says nothing of a payment that another one paid. */
function isOf({ ref }: LockedPayment, { sale }: Sighting): boolean {
  return ref === null ? true : ref === sale.id && !(wasDeclined(sale) && sale.status !== 'settlement_declined');
}

function factOf(payment: LockedPayment, wanted: Wanted, numbers: Map<string, bigint>): Fact & { readonly id: Uuid } {
  const { id, appId, userId, livemode } = payment;
  const { type, gatewayRef, data, occurredAt } = wanted;
  const subject = wanted.subject === 'payment' ? formatId('payment', id) : gatewayRef;
  return {
    id: newUuid(),
    appId,
    type,
    subject,
    data: {
      gateway: 'braintree',
      gatewayRef,
      livemode,
      ...(userId !== null && { userId }),
      paymentId: formatId('payment', id),
      ...(occurredAt !== undefined && { occurredAt }),
      ...data,
    },
    seq: count(numbers, subject),
  };
}

function count(numbers: Map<string, bigint>, subject: string): bigint {
  const next = (numbers.get(subject) ?? 0n) + 1n;
  numbers.set(subject, next);
  return next;
}
