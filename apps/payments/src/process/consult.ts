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

/** How Stripe says that an object stands now, as far as it was asked. */
type Present =
  | { readonly kind: 'not_asked' | 'gone' }
  | { readonly kind: 'found'; readonly object: object }
  | { readonly kind: 'unreadable'; readonly detail: string }
  | ({ readonly kind: 'later' } & NotNow);

/** Asks Stripe how the object stands now, once for all events that need it. Those that do not need it never wait for it. */
export async function consult(
  sql: Sql,
  reader: StripeReader,
  object: ObjectRef,
  kind: Kind,
  events: readonly Readable[],
): Promise<Consulted> {
  const asking = events.filter(({ isAsked }) => isAsked);
  const present: Present = asking.length === 0 ? { kind: 'not_asked' } : await ask(reader, object, kind);
  const hasAnswer = present.kind === 'found' || present.kind === 'gone';
  const answered = hasAnswer ? events : events.filter(({ isAsked }) => !isAsked);
  const charge = await chargeOf(sql, reader, object, kind, answered, present);
  if (charge !== undefined && 'later' in charge)
    return { observations: [], dead: [], wasAsked: false, waiting: charge };
  return {
    observations: answered.map((event) => observationOf(event, present, charge)),
    dead: present.kind === 'unreadable' ? asking.map(({ row }) => deadOf(row, kind, present.detail)) : [],
    wasAsked: hasAnswer,
    waiting: present.kind === 'later' ? present : undefined,
  };
}

async function ask(reader: StripeReader, object: ObjectRef, kind: Kind): Promise<Present> {
  const { appId, account, livemode, objectId } = object;
  const ref = { appId, account, livemode, objectType: kind, objectId };
  const answer = await atCrashPoint('stripe.ask', () => reader.read(ref));
  switch (answer.kind) {
    case 'later':
      return { kind: 'later', later: answer.ms, reason: answer.reason };
    case 'gone':
      return { kind: 'gone' };
    case 'found':
      try {
        return { kind: 'found', object: normalise(kind, answer.object, answer.apiVersion) };
      } catch (error) {
        if (!(error instanceof UnknownShape)) throw error;
        return { kind: 'unreadable', detail: `the object as it is now: ${error.message}` };
      }
  }
}

function observationOf(event: Readable, present: Present, charge: Charge | undefined): Observation {
  const { handler, head, snapshot, formerCustomer, isAsked } = event;
  const now = present.kind === 'found' ? present.object : present.kind === 'gone' ? 'gone' : undefined;
  return { handler, seen: { event: head, snapshot, formerCustomer, charge, ...(isAsked && { present: now }) } };
}

function deadOf(row: Readable['row'], objectKind: Kind, detail: string): Dead {
  return { row, objectKind, reason: 'unknown_shape', detail };
}

/** A fraud warning does not say how much it is about; its charge does. */
async function chargeOf(
  sql: Sql,
  reader: StripeReader,
  object: ObjectRef,
  kind: Kind,
  events: readonly Readable[],
  present: Present,
): Promise<Charge | undefined | NotNow> {
  if (kind !== 'radar.early_fraud_warning') return undefined;
  const looks = [...events.map(({ snapshot }) => snapshot), present.kind === 'found' ? present.object : undefined];
  const charge = looks.map((look) => (look as Links | undefined)?.charge).find((id) => id !== undefined);
  return charge === undefined ? undefined : findCharge(sql, reader, object, charge);
}
