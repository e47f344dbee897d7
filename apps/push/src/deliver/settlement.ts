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
  // Neither ids nor names of providers have anything to escape; most have no more, and the answer is turned into text once for both.
  const ids = `{"deliveryId":"${formatId('delivery', item.d)}","deviceId":"${formatId('device', item.v)}"`;
  const why = reason === undefined && dueAt === undefined ? '' : `,${members({ reason, nextAttemptAt: dueAt })}`;
  const answered = answer === null ? '' : `,"answer":${answer}`;
  return {
    answer,
    fact: {
      id: newUuid(),
      type: `delivery.${state}`,
      subject: formatId('notification', item.n),
      data: `${ids},"provider":"${provider}","attempt":${item.a}${why}${answered}}`,
    },
  };
}

/** What stands between the braces. */
function members(value: object): string {
  return storableJson(value).slice(1, -1);
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
