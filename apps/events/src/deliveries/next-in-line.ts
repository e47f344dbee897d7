import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Offer } from '@signalbox/queues';
import { eventsWork } from '../work/events-work.js';
import { postWorks } from '../work/post-works.js';

/** A delivery that nobody is before any more. */
export interface NextInLine {
  readonly id: Uuid;
  readonly attempt: number;
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  /** Milliseconds until it is due: what is recovered keeps its pace in a line, too. */
  readonly delay: number;
}

/** Has the next attempt at each made. @returns offers, to be published after the commit. */
export function queueNext(tx: Sql, next: readonly NextInLine[]): Promise<Offer[]> {
  const posts = next.map(({ id, attempt, endpointId, appId, delay }) => ({
    ...{ endpointId, appId, delay },
    item: { d: id, a: attempt + 1 },
  }));
  return eventsWork.enqueue(tx, postWorks(posts, 'transactional'));
}
