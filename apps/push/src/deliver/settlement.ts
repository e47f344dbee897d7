import { formatId, newUuid, type EventType, type Uuid } from '@signalbox/contracts';
import type { WorkProgress } from '@signalbox/queues';
import type { SendItem } from '../work/push-work.js';
import type { FinalState } from './next-step.js';

/** What became of one attempt at one item, ready to be written. */
export interface Settlement {
  readonly progress: WorkProgress<SendItem>;
  readonly item: SendItem;
  readonly provider: string;
  readonly state: FinalState | 'retrying';
  readonly reason?: string;
  /** The provider's answer as it came. */
  readonly raw?: unknown;
  /** Said by a host that nobody vouches for: the deletion guard of the credential neither counts nor holds it. */
  readonly stranger?: true;
  /** With `retrying`: when the next attempt is due. */
  readonly dueAt?: Date;
  /** The registration that was tried; the device is only marked while it is still that one. */
  readonly tried?: { readonly target: string; readonly registeredAt: Date };
}

/** The fact that the feed tells of a settlement. */
export interface SettlementFact {
  readonly id: Uuid;
  readonly type: EventType;
  readonly subject: string;
  readonly data: object;
}

export function factOf(settlement: Settlement): SettlementFact {
  const { item, provider, state, reason, raw, dueAt } = settlement;
  return {
    id: newUuid(),
    type: `delivery.${state}`,
    subject: formatId('notification', item.n),
    data: {
      deliveryId: formatId('delivery', item.d),
      deviceId: formatId('device', item.v),
      provider,
      attempt: item.a,
      ...(reason === undefined ? {} : { reason }),
      ...(raw === undefined ? {} : { answer: raw }),
      ...(dueAt === undefined ? {} : { nextAttemptAt: dueAt.toISOString() }),
    },
  };
}

/**
 * JSON that Postgres can keep: a provider may answer with NUL characters or lone surrogates, which jsonb refuses, and
 * an answer must never be the reason why an outcome is not recorded.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}

/** The same for a reason, which Postgres keeps as text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
