import type { Arrival } from './arrivals.ts';
import type { ClientRecord } from './client-record.ts';
import { percentile } from './percentile.ts';

/** How long the messages of the other apps took, from 202 to the provider, without and with one app in trouble. */
export interface Neighbours {
  readonly calm: { readonly messages: number; readonly p50: number; readonly p99: number };
  readonly troubled: { readonly messages: number; readonly p50: number; readonly p99: number };
}

/** The moments between which the one app was in trouble, in milliseconds since 1970. */
export interface Trouble {
  readonly from: number;
  readonly to: number;
}

/** @returns undefined when there were no messages of others in one of the two times. Pure. */
export function compareNeighbours(
  clients: ReadonlyMap<string, ClientRecord>,
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  isNeighbour: (user: string) => boolean,
  { from, to }: Trouble,
): Neighbours | undefined {
  const calm: number[] = [];
  const troubled: number[] = [];
  for (const [key, { user, acceptedAt }] of clients) {
    const arrivedAt = arrivals.get(key)?.[0]?.at;
    if (acceptedAt === undefined || arrivedAt === undefined || !isNeighbour(user)) continue;
    const isTroubled = acceptedAt >= from && acceptedAt < to;
    (isTroubled ? troubled : calm).push(Math.max(0, arrivedAt - acceptedAt));
  }
  if (calm.length === 0 || troubled.length === 0) return undefined;
  return { calm: figures(calm), troubled: figures(troubled) };
}

function figures(waits: number[]): Neighbours['calm'] {
  const sorted = waits.toSorted((one, other) => one - other);
  return { messages: sorted.length, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}
