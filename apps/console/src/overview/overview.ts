import { LANES, type Lane } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Backlog, WorkStore } from '@signalbox/queues';
import { type Figures, readFigures } from '../figures/read-figures.js';
import { type Edge, readEdges } from '../providers/read-edges.js';

export interface Overview {
  readonly figures: Figures;
  /** What waits, per lane; a lane without work is there too. */
  readonly lanes: readonly { readonly lane: Lane; readonly queues: readonly Backlog[] }[];
  readonly edges: readonly Edge[];
}

const work = new WorkStore('push_work');

/** What an operator wants to know first: what came in, what went out, what waits. */
export async function readOverview(sql: Sql): Promise<Overview> {
  const [figures, backlog, edges] = await Promise.all([readFigures(sql), work.backlog(sql), readEdges(sql)]);
  return {
    figures,
    lanes: LANES.map((lane) => ({ lane, queues: backlog.filter(({ queue }) => queue.endsWith(`.${lane}`)) })),
    edges,
  };
}

/** Seconds that the oldest work has been due for, in any lane. */
export function oldestDueSeconds({ lanes }: Overview): number {
  return Math.max(0, ...lanes.flatMap(({ queues }) => queues.map((each) => each.oldestDueSeconds)));
}
