import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

/** One command as a Redis ran it. */
export interface RedisCommand {
  /** In small letters. */
  readonly name: string;
  readonly args: readonly string[];
  /** Run by a script, and sent by nobody. */
  readonly inScript: boolean;
}

export interface RedisFollower {
  /** What it ran since it was asked last. */
  next(): Promise<RedisCommand[]>;
  close(): Promise<void>;
}

/** The numbered database of whoever follows, which nobody else uses: what is asked there is not counted. */
const OURS = 63;

/** Follows all that a Redis runs. It tells each command to whoever listens, which slows it down: for a server of a test's own. */
export async function followRedis(url: string): Promise<RedisFollower> {
  const client = new Redis(url, { db: OURS });
  const monitor = await client.monitor();
  const marks = new Map<string, () => void>();
  let commands: RedisCommand[] = [];
  monitor.on('monitor', (_at: string, words: string[], source: string, database: string) => {
    const [name = '', ...args] = words;
    if (database === String(OURS)) marks.get(args[0] ?? '')?.();
    else commands.push({ name: name.toLowerCase(), args, inScript: source === 'lua' });
  });
  return {
    async next() {
      // All that it ran before this mark has been told before it.
      const mark = randomUUID();
      const told = new Promise<void>((resolve) => marks.set(mark, resolve));
      await client.echo(mark);
      await told;
      marks.delete(mark);
      const since = commands;
      commands = [];
      return since;
    },
    async close() {
      monitor.disconnect();
      await client.quit();
    },
  };
}
