import type { Queue } from 'bullmq';
import { KEPT } from './job-settings.js';

const EVERY_MS = 5_000;
const STATES = ['completed', 'failed'] as const;

/**
 * Removes the oldest ended jobs every few seconds. BullMQ on Postgres does it whenever a job ends, by looking at every job
 * that it keeps, and those who end jobs at the same time wait for each other's deletions: 30 ms each, where 70 ended a second.
 */
export class JobTrimmer {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly grown = new Set<string>();

  constructor(
    private readonly queue: (name: string) => Queue,
    private readonly onError: (error: Error) => void,
  ) {}

  /** A job of this queue ended here; one in which none did has no more than before. */
  ended(name: string): void {
    this.grown.add(name);
  }

  start(): void {
    if (this.timer !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.round = this.trimAll()
        .catch((error: unknown) => this.onError(error as Error))
        .finally(() => this.start());
    }, EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async trimAll(): Promise<void> {
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
