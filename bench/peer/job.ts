import { Queue } from 'bullmq';

/** Everything that is needed to send it. */
export interface PeerJob {
  readonly id: string;
  readonly token: string;
  readonly title: string;
  readonly body: string;
}

export const PEER_QUEUE = 'push';
export const PEER_PREFIX = '{peer}';

/** BullMQ as its guide shows it; jobs that are done go, as they would in production. */
export function openPeerQueue(url: string): Queue<PeerJob> {
  const defaultJobOptions = { attempts: 10, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: 1_000 };
  const queue = new Queue<PeerJob>(PEER_QUEUE, { connection: { url }, prefix: PEER_PREFIX, defaultJobOptions });
  queue.on('error', () => undefined);
  return queue;
}
