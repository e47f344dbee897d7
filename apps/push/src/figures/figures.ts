import { type Lane, LATENCY_BOUNDS } from '@signalbox/contracts';
import type { AttemptOutcome } from '../providers/push-provider.js';

/** What happened with a provider and a lane since it was last written down; `provider` `*`: what was accepted. */
export interface FigureRow {
  readonly provider: string;
  readonly lane: Lane;
  accepted: number;
  sent: number;
  failed: number;
  retried: number;
  /** Attempts by their duration, one for each of LATENCY_BOUNDS, and one more. */
  readonly latency: number[];
}

/**
 * Counts what this process does, in memory, until somebody takes it to write it down: additions, and nothing else, on a notification's
 * way.
 */
export class Figures {
  private rows = new Map<string, FigureRow>();

  accepted(lane: Lane, count: number): void {
    if (count > 0) this.row('*', lane).accepted += count;
  }

  /** An attempt that the provider, or nobody, answered. */
  attempted(provider: string, lane: Lane, kind: AttemptOutcome['kind'], milliseconds: number): void {
    const row = this.row(provider, lane);
    if (kind === 'retry' || kind === 'ambiguous') row.retried += 1;
    const place = LATENCY_BOUNDS.findIndex((bound) => milliseconds <= bound * 1_000);
    row.latency[place === -1 ? LATENCY_BOUNDS.length : place]! += 1;
  }

  /** Deliveries whose end was written. */
  ended(provider: string, lane: Lane, isSent: boolean, count: number): void {
    const row = this.row(provider, lane);
    if (isSent) row.sent += count;
    else row.failed += count;
  }

  /** What happened since the last time; it counts from zero again. */
  take(): FigureRow[] {
    const taken = [...this.rows.values()];
    this.rows = new Map();
    return taken;
  }

  /** What was taken and could not be written is counted with what comes. */
  giveBack(rows: readonly FigureRow[]): void {
    for (const { provider, lane, accepted, sent, failed, retried, latency } of rows) {
      const row = this.row(provider, lane);
      row.accepted += accepted;
      row.sent += sent;
      row.failed += failed;
      row.retried += retried;
      for (const [place, count] of latency.entries()) row.latency[place]! += count;
    }
  }

  private row(provider: string, lane: Lane): FigureRow {
    const key = `${provider} ${lane}`;
    const known = this.rows.get(key);
    if (known) return known;
    const latency = Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0);
    const row = { provider, lane, accepted: 0, sent: 0, failed: 0, retried: 0, latency };
    this.rows.set(key, row);
    return row;
  }
}
