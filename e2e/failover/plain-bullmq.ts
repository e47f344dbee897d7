import { expect } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually, startProcess } from '@signalbox/testing';

/** What became of the jobs of BullMQ alone. */
export interface PlainBooks {
  /** `queue.add` resolved. */
  readonly acknowledged: number;
  readonly done: number;
  /** Acknowledged, and neither done nor failed, nor in the queue any more. */
  readonly lost: number;
  /** Done more than once. */
  readonly again: number;
  /** Still to be begun. A job that was begun when Redis failed may lie for a minute. */
  readonly open: number;
}

export interface PlainBullmq {
  /** Adds no more, waits until nothing is left to do, and counts. */
  end(): Promise<PlainBooks>;
}

/** BullMQ as its guide shows it, on the same Redis, in a process of its own: it adds and does jobs from now on. */
export async function startPlainBullmq(redisUrl: string, prefix: string): Promise<PlainBullmq> {
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    entry: 'chaos/baseline/plain-bullmq.ts',
    args: [redisUrl, prefix, String(port)],
    ready: { url: `${url}/health/ready` },
  });
  return {
    async end() {
      await fetch(`${url}/end`, { method: 'POST' });
      const books = await eventually(
        async () => {
          const read = (await (await fetch(`${url}/books`)).json()) as PlainBooks;
          expect(read.open).toBe(0);
          return read;
        },
        { within: 60_000, every: 500 },
      );
      await running.kill();
      return books;
    },
  };
}
