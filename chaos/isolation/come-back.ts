import { percentile } from '../oracle/percentile.ts';
import type { Message } from './traffic.ts';

/** How a backlog went out when its provider came back. Milliseconds; rates are messages a second. */
export interface Return {
  /** Accepted while the provider was away. */
  readonly backlog: number;
  /** From the provider's return until the last of the backlog was sent. */
  readonly tookMs: number;
  /** Messages of the backlog in each second since the first of them. */
  readonly perSecond: readonly number[];
  /** Waits of transactional messages that were accepted while the backlog went out. */
  readonly fresh: { readonly messages: number; readonly p50: number; readonly p99: number };
}

/** @returns undefined when nothing waited. Pure. */
export function comeBack(
  messages: readonly Message[],
  answered: ReadonlyMap<string, number>,
  from: number,
  returned: number,
): Return | undefined {
  const backlog = messages
    .filter(({ sentAt }) => sentAt >= from && sentAt < returned)
    .flatMap(({ key }) => answered.get(key) ?? [])
    .filter((at) => at >= returned)
    .toSorted((one, other) => one - other);
  const [first, last] = [backlog[0], backlog.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const perSecond = Array.from({ length: Math.floor((last - first) / 1_000) + 1 }, () => 0);
  for (const at of backlog) perSecond[Math.floor((at - first) / 1_000)]! += 1;
  const fresh = messages
    .filter(({ sentAt, priority }) => priority === 'transactional' && sentAt >= first && sentAt < last)
    .map(({ key, sentAt }) => Math.max(0, (answered.get(key) ?? Infinity) - sentAt))
    .toSorted((one, other) => one - other);
  return {
    backlog: backlog.length,
    tookMs: Math.round(last - returned),
    perSecond,
    fresh: { messages: fresh.length, p50: percentile(fresh, 0.5), p99: percentile(fresh, 0.99) },
  };
}
