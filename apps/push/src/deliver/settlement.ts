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

/** What became of one attempt as it is written: the provider's answer, and the fact that the feed tells. Both are JSON texts. */
interface WrittenSettlement {
  readonly answer: string | null;
  readonly fact: { readonly id: Uuid; readonly type: EventType; readonly subject: string; readonly data: string };
}

export function written({ item, provider, state, reason, raw, dueAt }: Settlement): WrittenSettlement {
  const answer = raw === undefined ? null : storableJson(raw);
  const data = storableJson({
    deliveryId: formatId('delivery', item.d),
    deviceId: formatId('device', item.v),
    provider,
    attempt: item.a,
    reason,
    nextAttemptAt: dueAt,
  });
  return {
    answer,
    fact: {
      id: newUuid(),
      type: `delivery.${state}`,
      subject: formatId('notification', item.n),
      // The answer is in both, and turned into text once.
      data: answer === null ? data : `${data.slice(0, -1)},"answer":${answer}}`,
    },
  };
}

/** How JSON spells a NUL character or a lone surrogate; text that looks like one costs a second pass. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

/**
 * JSON that Postgres can keep: a provider may answer with NUL characters or lone surrogates, which jsonb refuses, and
 * an answer must never be the reason why an outcome is not recorded.
 */
function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}

/** The same for a reason, which Postgres keeps as text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
