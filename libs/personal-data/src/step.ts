import type { KeptData, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Counts, Holding, Person } from './holding.js';
import { LOCK_STEP, MOVE_ON, NEXT_STEP } from './step.queries.js';

/** Where a service goes on: in which holding, whether others were told of it, and at which of its slices. */
export interface Place {
  readonly holding: string;
  readonly told?: true;
  readonly at?: string;
}

/** A service's part of one request, locked. */
export interface Step extends Omit<Person, 'knownAs'> {
  readonly kind: 'erasure' | 'export';
  readonly place: Place | null;
  readonly knownAs: readonly string[] | null;
  readonly counts: Counts;
  readonly kept: readonly KeptData[];
  readonly parts: number;
  readonly tries: number;
}

export async function nextStep(tx: Sql, service: string): Promise<Step | undefined> {
  return (await tx.query<Step>(NEXT_STEP, [service])).rows[0];
}

export async function lockStep(tx: Sql, requestId: Uuid, service: string): Promise<Step | undefined> {
  return (await tx.query<Step>(LOCK_STEP, [requestId, service])).rows[0];
}

/** The place as one of these holdings; at the beginning where it names none of them: to do a part twice does no harm. */
export function placeIn(holdings: readonly Holding[], place: Place | null): Place | undefined {
  if (place !== null && holdings.some(({ name }) => name === place.holding)) return place;
  return holdings[0] && { holding: holdings[0].name };
}

/** The beginning of the holding behind this one. */
export function placeBehind(holdings: readonly Holding[], { holding }: Place): Place | undefined {
  const next = holdings[holdings.findIndex(({ name }) => name === holding) + 1];
  return next && { holding: next.name };
}

export interface Progress {
  readonly place: Place | typeof END;
  readonly counts?: Counts | undefined;
  readonly kept?: readonly KeptData[] | undefined;
  readonly parts?: number;
  /** Why it waits, and how many milliseconds; absent: it goes on at once. */
  readonly wait?: { readonly afterMs: number; readonly reason: string };
}

/** The place behind the last holding. */
export const END = { holding: '' } as const satisfies Place;

/** Notes how far a step has come, in the transaction that did it. */
export async function moveOn(
  tx: Sql,
  service: string,
  step: Step,
  { place, counts, kept, parts = 0, wait }: Progress,
): Promise<void> {
  await tx.query(MOVE_ON, [
    step.requestId,
    service,
    JSON.stringify(place),
    JSON.stringify(addCounts(step.counts, counts ?? {})),
    JSON.stringify(addKept(step.kept, kept ?? [])),
    step.parts + parts,
    wait?.afterMs ?? 0,
    wait === undefined ? 0 : step.tries + 1,
    wait?.reason ?? null,
  ]);
}

function addCounts(before: Counts, more: Counts): Counts {
  const sum: Record<string, number> = { ...before };
  for (const [what, count] of Object.entries(more)) if (count > 0) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

/** What is kept for one reason is one entry, with the latest end. */
function addKept(before: readonly KeptData[], more: readonly KeptData[]): KeptData[] {
  const groups = Map.groupBy([...before, ...more], ({ what, reason }) => `${what}\n${reason}`);
  return [...groups.values()].map((group) => {
    const until = group
      .flatMap((each) => each.until ?? [])
      .sort()
      .at(-1);
    const count = group.reduce((sum, each) => sum + each.count, 0);
    return { what: group[0]!.what, count, reason: group[0]!.reason, ...(until !== undefined && { until }) };
  });
}
