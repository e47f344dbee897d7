import { formatId, type Uuid } from '@signalbox/contracts';
import type { EventRow } from '../events/read-events.js';
import type { Moment } from '../pages/timeline.js';

/** What a gateway said of how a payment stands; more is in it. */
interface Told {
  readonly status?: string;
}

export interface Payment {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly gateway: string;
  readonly account: string;
  readonly gatewayRef: string | null;
  readonly objectKey: Uuid | null;
  readonly userId: string | null;
  readonly livemode: boolean;
  readonly createdAt: Date;
  readonly orderId: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  /** How it stood in the gateway's last answer to us. */
  readonly known: Told | null;
  readonly knownAt: Date | null;
}

/** A thing of the gateway's: an intent, a charge, a refund, a dispute. */
export interface GatewayObject {
  readonly key: Uuid;
  readonly objectType: string;
  readonly objectId: string;
  readonly state: { readonly now?: Told };
  readonly updatedAt: Date;
}

/** One call at the gateway that changes something. */
export interface Operation {
  readonly id: Uuid;
  readonly kind: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly state: 'running' | 'unknown' | 'done' | 'declined' | 'refused' | 'not_done';
  readonly outcome: unknown;
  /** How often the gateway was asked what became of it. */
  readonly asked: number;
  readonly settleAt: Date | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

/** Something that the gateway told us; what it says is sealed. */
export interface GatewayEvent {
  readonly id: Uuid;
  readonly gatewayEvent: string;
  readonly type: string;
  readonly objectId: string | null;
  readonly via: string;
  readonly shape: string;
  readonly createdAt: Date;
  readonly receivedAt: Date;
  readonly decision: string | null;
  readonly detail: string | null;
  /** It is not decided yet. */
  readonly waits: boolean;
  /** Why it is given up. */
  readonly reason: string | null;
  readonly deadDetail: string | null;
}

export interface Effect {
  readonly effect: string;
  readonly event: Uuid | null;
  readonly fact: Uuid;
  readonly at: Date;
}

export interface LedgerEntry {
  readonly id: Uuid;
  readonly kind: string;
  readonly subject: string;
  readonly createdAt: Date;
  readonly lines: readonly { readonly account: string; readonly currency: string; readonly amount: number }[];
}

export interface PaymentStory {
  readonly payment: Payment;
  readonly objects: readonly GatewayObject[];
  readonly operations: readonly Operation[];
  /** In order of the gateway's clock. */
  readonly events: readonly GatewayEvent[];
  /** There are older events, which are not among these. */
  readonly olderLeftOut: boolean;
  /** Of these events. */
  readonly effects: readonly Effect[];
  readonly ledger: readonly LedgerEntry[];
  /** There are more parts, calls, effects or movements of money than these. */
  readonly moreLeftOut: boolean;
  /** Of the log, newest first. */
  readonly facts: readonly EventRow[];
}

/** How a payment stands, as the gateway said last: in an event, or in an answer to us. */
export function statusOf({ payment, objects }: Pick<PaymentStory, 'payment' | 'objects'>): string {
  const intent = objects.find(({ key }) => key === payment.objectKey);
  const [told, known] = [intent?.state.now?.status, payment.known?.status];
  if (told === undefined || intent === undefined) return known ?? 'unknown';
  const isOlder = payment.knownAt !== null && payment.knownAt > intent.updatedAt;
  return isOlder && known !== undefined ? known : told;
}

/** All that happened to a payment, oldest first: what was asked, what the gateway answered and told, what was booked and said of it. */
export function momentsOf({ operations, events, effects, ledger, facts }: PaymentStory): Moment[] {
  const inLog = new Set(facts.map(({ id }) => id));
  return inOrder([
    ...operations.flatMap(operationMoments),
    ...toldMoments(events),
    ...effects.filter(({ fact }) => !inLog.has(fact)).map(effectMoment),
    ...ledger.map(ledgerMoment),
    ...facts.map(({ at, type, id, payload }) => ({
      at: at.toISOString(),
      what: type,
      data: { fact: formatId('event', id), ...payload },
    })),
  ]);
}

/** What we were told of an object, and what followed from it. */
export function momentsOfObject(events: readonly GatewayEvent[], effects: readonly Effect[]): Moment[] {
  return inOrder([...toldMoments(events), ...effects.map(effectMoment)]);
}

/** What is still to come, in sentences. */
export function nextOf(operations: readonly Operation[], events: readonly GatewayEvent[]): string[] {
  const open = operations.filter(({ state }) => state === 'running' || state === 'unknown');
  const waiting = events.filter(({ waits, reason }) => waits && reason === null);
  const dead = events.filter(({ reason }) => reason !== null);
  return [
    ...open.map(({ kind, state, asked, settleAt }) => {
      const when = settleAt === null ? '' : `, next at ${settleAt.toISOString()}`;
      return state === 'running'
        ? `The call “${kind}” is under way; if its process died, the gateway is asked what became of it.`
        : `The gateway did not say what became of “${kind}”: it is asked (${asked} times so far${when}). Nothing else is done until then.`;
    }),
    ...waiting.map(({ type, gatewayEvent }) => `${type} (${gatewayEvent}) is in the inbox and is decided next.`),
    ...dead.map(
      ({ type, gatewayEvent, reason }) =>
        `${type} (${gatewayEvent}) was given up: ${reason ?? ''}. It stays until somebody replays it.`,
    ),
  ];
}

function operationMoments({ id, kind, request, state, outcome, startedAt, endedAt }: Operation): Moment[] {
  const operation = formatId('operation', id);
  const asked = { at: startedAt.toISOString(), what: `${kind}.asked`, data: { operation, ...request } };
  if (endedAt === null) return [asked];
  return [
    asked,
    { at: endedAt.toISOString(), what: `${kind}.${state}`, data: { operation, answer: outcome ?? undefined } },
  ];
}

function toldMoments(events: readonly GatewayEvent[]): Moment[] {
  return events.map(({ type, gatewayEvent, objectId, via, shape, createdAt, receivedAt, ...event }) => ({
    at: receivedAt.toISOString(),
    what: type,
    data: { told: gatewayEvent, of: objectId, via, shape, happened: createdAt.toISOString(), ...decisionOf(event) },
  }));
}

function decisionOf({
  decision,
  detail,
  waits,
  reason,
  deadDetail,
}: Pick<GatewayEvent, 'decision' | 'detail' | 'waits' | 'reason' | 'deadDetail'>): Record<string, unknown> {
  if (reason !== null) return { decision: 'given up', why: [reason, deadDetail].filter(Boolean).join(': ') };
  return waits || decision === null ? { decision: 'not decided yet' } : { decision, why: detail };
}

function effectMoment({ effect, fact, at }: Effect): Moment {
  return { at: at.toISOString(), what: 'effect', data: { effect, fact: formatId('event', fact) } };
}

function ledgerMoment({ kind, subject, createdAt, lines }: LedgerEntry): Moment {
  const booked = lines.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`).join(', ');
  return { at: createdAt.toISOString(), what: `ledger: ${kind}`, data: { subject, booked } };
}

const inOrder = (moments: Moment[]): Moment[] => moments.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
