import { QUEUES } from '@signalbox/contracts';
import type { RedisCommand } from '@signalbox/testing';

/** What became of the queues that the counted notifications go through. */
export interface Jobs {
  readonly added: number;
  readonly completed: number;
  /** Commands that were sent to add jobs, to take and to end them. A script is one, whatever it does inside of Redis. */
  readonly commands: number;
  /** Waits for the next job. One ends with a job or after five seconds, and a look for the job follows. */
  readonly waits: number;
}

/** Of the keys of all queues. */
export const QUEUE_PREFIX = '{cost}';
const KEY = /^\{cost\}:(.+):([^:]*)$/;
const ON_THE_WAY: readonly string[] = [QUEUES.routeTransactional, QUEUES.apnsTransactional];

/**
 * What is sent by the clock, whatever is in the queue, by how its first key ends: `stalled`, each five seconds, whether a worker died, and
 * that jobs which take long are still run; `signalbox-epoch`, each second, whether the queue was emptied; nothing, what is next in
 * it, when something is offered again.
 */
const AT_REST: readonly string[] = ['stalled', 'signalbox-epoch', ''];

export function jobsOf(commands: readonly RedisCommand[]): Jobs {
  const onTheWay = commands.flatMap(({ name, args, inScript }) => {
    // A script is named by its hash, and how many keys it has stands before the first.
    const [, queue = '', part = ''] = KEY.exec(args[name.startsWith('eval') ? 2 : 0] ?? '') ?? [];
    return ON_THE_WAY.includes(queue) ? [{ name, args, inScript, part }] : [];
  });
  const sent = onTheWay.filter(({ inScript, part }) => !inScript && !AT_REST.includes(part));
  const waits = sent.filter(({ name }) => name === 'bzpopmin').length;
  // What becomes of a job is told in a stream, for whoever follows the queue.
  const told = onTheWay
    .filter(({ name, inScript }) => inScript && name === 'xadd')
    .map(({ args }) => args[args.indexOf('event') + 1]);
  return {
    added: told.filter((event) => event === 'added').length,
    completed: told.filter((event) => event === 'completed').length,
    commands: sent.length - waits,
    waits,
  };
}
