import type { Explanation } from '@signalbox/server';
import { z } from 'zod';
import type { Expectation } from './demo-class.js';
import { shortAnswer } from './raw-answer.js';

/** What became of one notification, and why, as read back. */
export interface Story {
  readonly id: string;
  /** The state of each delivery, Apple's before Google's; without any, the status of the notification. */
  readonly ends: readonly string[];
  /** Of the delivery that took the most. */
  readonly attempts: number;
  /** The provider's answers in their order; without a delivery, the sentence of the explanation. */
  readonly why: string;
  /** The recorded reasons of the ends. */
  readonly reasons: readonly string[];
  /** What became of registrations. */
  readonly phones: readonly PhoneEnd[];
}

type PhoneEnd = NonNullable<Expectation['phone']>;

const deliveryFact = z.object({
  deliveryId: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  attempt: z.number(),
  reason: z.string().optional(),
  answer: z.unknown(),
});
const DELIVERY = 'delivery.';

/** @param phones what the feed said of devices, by their ids. */
export function storyOf(explanation: Explanation, phones: ReadonlyMap<string, PhoneEnd>): Story {
  const facts = explanation.timeline
    .filter(({ what }) => what.startsWith(DELIVERY))
    .flatMap(({ what, data }) => {
      // What operators do about a dead letter is told under the same prefix, and is no attempt.
      const attempt = deliveryFact.safeParse(data);
      return attempt.success ? [{ ...attempt.data, state: what.slice(DELIVERY.length) }] : [];
    });
  // Whichever ended first: notifications of one class that came to the same ends are told alike.
  const inOrder = facts.toSorted((one, other) => one.provider.localeCompare(other.provider));
  const deliveries = [...Map.groupBy(inOrder, (fact) => fact.deliveryId).values()];
  const lasts = deliveries.map((ofOne) => ofOne.at(-1)!);
  const { id, status, because } = explanation;
  if (lasts.length === 0) return { id, ends: [status], attempts: 0, why: because, reasons: [], phones: [] };
  return {
    id,
    ends: lasts.map(({ state }) => state),
    attempts: Math.max(...lasts.map(({ attempt }) => attempt)),
    why: [...new Set(deliveries.map(answersOf))].join(', '),
    reasons: lasts.flatMap(({ reason }) => reason ?? []),
    phones: lasts.flatMap(({ deviceId }) => phones.get(deviceId) ?? []),
  };
}

/** One answer for each attempt of a delivery; those that repeat themselves are counted. */
function answersOf(facts: readonly z.output<typeof deliveryFact>[]): string {
  const runs: { answer: string; times: number }[] = [];
  for (const answer of facts.map((fact) => shortAnswer(fact.answer))) {
    const last = runs.at(-1);
    if (last?.answer === answer) last.times += 1;
    else runs.push({ answer, times: 1 });
  }
  return runs.map(({ answer, times }) => (times === 1 ? answer : `${times} × ${answer}`)).join(', then ');
}
