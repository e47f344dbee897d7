import { Chore } from '@signalbox/resilience';
import type { Queue } from 'bullmq';
import { KEPT } from './job-settings.js';

const EVERY_MS = 5_000;
/** Where no job ends any more, the last ones grow too old. Milliseconds. */
const ALL_EVERY_MS = 5 * 60_000;
const STATES = ['completed', 'failed'] as const;

/**
 * Removes the oldest ended jobs every few seconds where some ended, and every few minutes everywhere. BullMQ on Postgres does it whenever a
 * job ends, by looking at every job that it keeps, and those who end jobs at the same time wait for each other's deletions: 30 ms each,
 * where 70 ended a second.
 */
export class JobTrimmer {
  private readonly trimming = new Chore(EVERY_MS, () =>
    this.trimAll().catch((error: unknown) => this.onError(error as Error)),
  );
  private readonly grown = new Set<string>();
  private readonly worked = new Set<string>();
  /** When all of them were to be looked at last, on the monotonic clock. */
  private allAt = performance.now();

  constructor(
    private readonly queue: (name: string) => Queue,
    private readonly onError: (error: Error) => void,
  ) {}

  /** A worker works on this queue from now on. */
  add(name: string): void {
    if (this.worked.size === 0) this.trimming.startLater();
    this.worked.add(name);
  }

  /** A job of this queue ended here; one in which none did has no more than before. */
  ended(name: string): void {
    this.grown.add(name);
  }

  stop(): Promise<void> {
    return this.trimming.stop();
  }

  private async trimAll(): Promise<void> {
    if (performance.now() - this.allAt >= ALL_EVERY_MS) {
      this.allAt = performance.now();
      for (const name of this.worked) this.grown.add(name);
    }
    for (const name of [...this.grown]) {
      // Before it is trimmed, not after: a job may end meanwhile.
      this.grown.delete(name);
      try {
        for (const state of STATES) await trim(this.queue(name), state);
      } catch (error) {
        this.grown.add(name);
        throw error;
      }
    }
  }
}

/** Keeps so many of the last, and none that is too old. */
async function trim(queue: Queue, state: (typeof STATES)[number]): Promise<void> {
  const { count, ageMs } = KEPT[state];
  await queue.clean(ageMs, 0, state);
  const surplus = (await queue.getJobCountByTypes(state)) - count;
  if (surplus > 0) await queue.clean(0, surplus, state);
}
