import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './program.js';

/** Milliseconds before the first, second, ... restart in a row; the last one is kept. */
const BACKOFF = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** A program that ran this many milliseconds begins at the first delay again. */
const SETTLED = 60_000;

/** Keeps a program running until it is told to stop, and says one line whenever it ended and when it is back. */
export class Supervisor {
  private readonly stopping = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  constructor(
    readonly program: Program,
    private readonly say: (line: string) => void,
  ) {}

  /** Begins to watch a program that runs. */
  watch(): void {
    this.watching = this.keepRunning();
  }

  /** Stops the program, for good. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.program.stop();
    await this.watching;
  }

  kill(): void {
    this.stopping.abort();
    this.program.kill();
  }

  private stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async keepRunning(): Promise<void> {
    for (let failures = 0; ;) {
      const began = performance.now();
      const how = await this.program.ended;
      if (this.stopped()) return;
      if (performance.now() - began > SETTLED) failures = 0;
      const wait = BACKOFF[Math.min(failures, BACKOFF.length - 1)] ?? SETTLED;
      failures += 1;
      this.say(`! ${this.program.name} ended (${how}); starting it again in ${wait / 1_000} s`);
      await delay(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.stopped()) return;
      await this.startAgain();
    }
  }

  private async startAgain(): Promise<void> {
    try {
      await this.program.start();
      this.say(`  ✓ ${this.program.name} is back`);
    } catch (error) {
      if (!this.stopped()) this.say(`! ${error instanceof Error ? error.message : String(error)}`);
    }
    // It was started while we were being told to stop: nobody else would end it.
    if (this.stopped()) await this.program.stop();
  }
}
