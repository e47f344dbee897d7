import type { Arrival } from './arrivals.ts';
import type { ClientRecord } from './client-record.ts';

/** What the system itself recorded of one notification: `sent` and other states of its deliveries, by its id. */
export type Outcomes = ReadonlyMap<string, ReadonlySet<string>>;

/** The balance of a run. Lists name keys, so that a finding can be followed up. */
export interface Account {
  readonly asked: number;
  readonly accepted: number;
  /** Acknowledged, and neither arrived nor ended in a recorded outcome that says why not. */
  readonly lost: readonly string[];
  /** Arrived though nobody asked for it, or twice under two identities, or recorded and unknown to its client. */
  readonly phantom: readonly string[];
  /** Acknowledged, not arrived, and recorded as ended, by outcome. */
  readonly endedOtherwise: Readonly<Record<string, number>>;
  /** Arrivals beyond the first. */
  readonly sentAgain: number;
  /** Those of them that the provider had caused, by taking a message and never answering. */
  readonly sentAgainAfterSilence: number;
  /** Repeats that did not carry the id of the first. */
  readonly otherId: readonly string[];
  /** Keys with an unanswered call that ended with one notification, and with none. */
  readonly unknown: { readonly one: number; readonly none: number };
  readonly neverAnswered: number;
  readonly refused: readonly string[];
}

/** Balances what clients were told against what phones got and what the system recorded. Pure. */
export function balance(
  clients: ReadonlyMap<string, ClientRecord>,
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  outcomes: Outcomes | undefined,
): Account {
  const lost: string[] = [];
  const phantom = [...arrivals.keys()].filter((key) => !clients.has(key)).map((key) => `${key}: nobody asked for it`);
  const otherId: string[] = [];
  const refused: string[] = [];
  const endedOtherwise: Record<string, number> = {};
  const unknown = { one: 0, none: 0 };
  let [accepted, sentAgain, sentAgainAfterSilence, neverAnswered] = [0, 0, 0, 0];

  for (const [key, { ids, unknowns, refusals }] of clients) {
    const arrived = arrivals.get(key) ?? [];
    const [id] = ids;
    if (refusals.length > 0) refused.push(`${key}: ${refusals.join(', ')}`);
    if (ids.size > 1) phantom.push(`${key}: accepted under ${ids.size} ids`);
    if (id !== undefined) accepted += 1;
    else if (refusals.length === 0) neverAnswered += 1;
    if (unknowns > 0) unknown[id !== undefined || arrived.length > 0 ? 'one' : 'none'] += 1;

    const deliveries = new Set(arrived.map((arrival) => arrival.id));
    if (deliveries.size > 1) otherId.push(`${key}: ${[...deliveries].join(', ')}`);
    const again = Math.max(0, arrived.length - 1);
    sentAgain += again;
    sentAgainAfterSilence += Math.min(again, arrived.filter(({ answered }) => !answered).length);

    if (id === undefined || arrived.length > 0) continue;
    const ends = [...(outcomes?.get(id) ?? [])].filter((state) => !NO_END.has(state));
    if (ends.length === 0) lost.push(`${key}: ${id} (${[...(outcomes?.get(id) ?? ['no record'])].join(', ')})`);
    for (const end of ends) endedOtherwise[end] = (endedOtherwise[end] ?? 0) + 1;
  }
  const known = new Set([...clients.values()].flatMap(({ ids }) => [...ids]));
  const unheard = [...(outcomes ?? [])].filter(([id]) => !known.has(id)).map(([id]) => id);
  // A client that gave up may have been accepted all the same; more than there are such clients is too many.
  if (unheard.length > neverAnswered) phantom.push(...unheard.map((id) => `${id}: recorded, and no client knows it`));
  return {
    asked: clients.size,
    accepted,
    lost,
    phantom,
    endedOtherwise,
    sentAgain,
    sentAgainAfterSilence,
    otherId,
    unknown,
    neverAnswered,
    refused,
  };
}

/** A delivery that counts as sent must have arrived; the others are not over. */
const NO_END = new Set(['accepted', 'sent', 'delivered', 'opened', 'retrying', 'sending']);
