/**
 * The beginning of all keys of a queue in Redis. In a cluster each queue has a hash tag of its own: BullMQ needs the keys of a queue in one
 * slot, and queues in one slot would all be the load of one master.
 */
export function queueKeys(prefix: string, queue: string, isCluster: boolean): string {
  return isCluster ? `${prefix.slice(0, -1)}:${queue}}` : prefix;
}

/** The key beside a queue's jobs that lives and dies with them. */
export function epochKey(prefix: string, queue: string, isCluster: boolean): string {
  return `${queueKeys(prefix, queue, isCluster)}:${queue}:signalbox-epoch`;
}
