import type { RedisConnection } from '@signalbox/redis';
import { Redis } from 'ioredis';

const SLOTS = 16_384;

/** Rejects when Redis does not answer, or is a cluster in which some keys have nobody who would take them. */
export async function assertWhole(redis: RedisConnection): Promise<void> {
  if (redis instanceof Redis) {
    await redis.ping();
    return;
  }
  const { state, served } = readClusterInfo(await redis.cluster('INFO'));
  if (state !== 'ok' || served < SLOTS) throw new ClusterInPart(served);
}

/** What a node of a cluster thinks of the whole. `served`: slots whose master is thought to be there. */
function readClusterInfo(info: string): { readonly state: string; readonly served: number } {
  const of = (pattern: RegExp): string => pattern.exec(info)?.[1] ?? '';
  return { state: of(/^cluster_state:(\w+)/m), served: Number(of(/^cluster_slots_ok:(\d+)/m)) };
}

class ClusterInPart extends Error {
  override readonly name = 'ClusterInPart';

  constructor(served: number) {
    super(`the redis cluster serves ${served} of its ${SLOTS} slots`);
  }
}
