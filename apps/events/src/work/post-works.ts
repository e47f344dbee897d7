import { newUuid, type Lane, type Uuid } from '@signalbox/contracts';
import type { NewWork } from '@signalbox/queues';
import { webhookQueueOf, type PostItem } from './events-work.js';

/** Deliveries of one work row, at most: its handler posts them a few at a time, and a lease must not last for ever. */
const ITEMS_OF_A_ROW = 50;

/** One attempt that is to be made. */
export interface DuePost {
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  readonly item: PostItem;
  /** Milliseconds. */
  readonly delay: number;
}

/** Work rows, each of one endpoint and due time, in the order given. */
export function postWorks(posts: readonly DuePost[], lane: Lane): NewWork[] {
  const groups = Map.groupBy(posts, ({ endpointId, delay }) => `${endpointId} ${delay}`);
  return [...groups.values()].flatMap((group) => {
    const { endpointId, appId, delay } = group[0]!;
    const rows: NewWork[] = [];
    for (let from = 0; from < group.length; from += ITEMS_OF_A_ROW) {
      const id = newUuid();
      const items = group.slice(from, from + ITEMS_OF_A_ROW).map(({ item }) => item);
      rows.push({
        id,
        rootId: id,
        queue: webhookQueueOf(lane),
        lane,
        appId,
        credentialId: endpointId,
        items,
        delay,
      });
    }
    return rows;
  });
}
