import { LATENCY_BOUNDS } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { SharedRead } from '@signalbox/resilience';
import { LATENCIES, MINUTES } from './figure.queries.js';
import { quantile } from './quantile.js';

/** One minute after the other, the oldest first: the last 60 of them. */
export type Hour = readonly number[];

/** What went to a provider. */
export interface ProviderFigures {
  readonly sent: Hour;
  readonly failed: Hour;
  readonly retried: Hour;
  /** Half of the attempts of the last minutes took no longer, in seconds; undefined: none was made, Infinity: longer than is told apart. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

export interface Figures {
  readonly accepted: Hour;
  readonly sent: Hour;
  readonly failed: Hour;
  readonly byProvider: ReadonlyMap<string, ProviderFigures>;
}

const MINUTES_SHOWN = 60;
/** Of what latency is told. Minutes. */
export const LATENCY_MINUTES = 10;

interface MinuteRow {
  readonly ago: number;
  readonly provider: string;
  readonly accepted: number;
  readonly sent: number;
  readonly failed: number;
  readonly retried: number;
}

type Counted = 'accepted' | 'sent' | 'failed' | 'retried';

/** By the database that is asked: pages that are open refresh themselves, and all that ask at the same moment are one question. */
const shared = new WeakMap<Sql, SharedRead<Figures>>();

/** What the push processes wrote down of the last hour. */
export function readFigures(sql: Sql): Promise<Figures> {
  const reads = shared.get(sql) ?? new SharedRead(() => lookAtFigures(sql), { freshMs: 0, staleMs: 0 });
  shared.set(sql, reads);
  return reads.read();
}

async function lookAtFigures(sql: Sql): Promise<Figures> {
  const [minutes, latencies] = await Promise.all([
    sql.query<MinuteRow>(MINUTES),
    sql.query<{ provider: string; place: number; count: number }>(LATENCIES, [LATENCY_MINUTES]),
  ]);
  const hour = (what: Counted, of: readonly MinuteRow[] = minutes.rows): Hour => hourOf(of, (row) => row[what]);
  const figuresOf = (provider: string): ProviderFigures => {
    const own = minutes.rows.filter((row) => row.provider === provider);
    const counts = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0);
    for (const row of latencies.rows) if (row.provider === provider) counts[row.place - 1] = row.count;
    return {
      sent: hour('sent', own),
      failed: hour('failed', own),
      retried: hour('retried', own),
      p50: quantile(0.5, counts, LATENCY_BOUNDS),
      p99: quantile(0.99, counts, LATENCY_BOUNDS),
    };
  };
  const providers = new Set(minutes.rows.map(({ provider }) => provider).filter((provider) => provider !== '*'));
  return {
    accepted: hour('accepted'),
    sent: hour('sent'),
    failed: hour('failed'),
    byProvider: new Map([...providers].map((provider) => [provider, figuresOf(provider)])),
  };
}

/** What rows had, each of which is of the minute that was `ago` minutes ago. */
export function hourOf<Row extends { readonly ago: number }>(rows: readonly Row[], count: (row: Row) => number): Hour {
  return Array.from({ length: MINUTES_SHOWN }, (_, place) =>
    rows.filter(({ ago }) => ago === MINUTES_SHOWN - 1 - place).reduce((sum, row) => sum + count(row), 0),
  );
}

/** Of its last so many minutes. */
export function sumOf(hour: Hour, minutes: number = MINUTES_SHOWN): number {
  return hour.slice(-minutes).reduce((sum, each) => sum + each, 0);
}
