import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type StopSignal = (typeof SIGNALS)[number];

/**
 * Hears from the moment that it is made that the process is asked to stop. Process 1 of a container has no default for a signal: what
 * comes before somebody listens is lost, and the container is killed when its grace period is over.
 *
 * Whoever asks a second time does not want to wait: the process ends at once, with 128 and the number of the signal, as shells say it.
 */
export class StopRequest {
  /** Resolves with the first signal. */
  readonly asked: Promise<StopSignal>;
  private first: StopSignal | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<StopSignal>();
    this.asked = promise;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (this.first !== undefined) process.exit(128 + constants.signals[signal]);
        this.first = signal;
        resolve(signal);
      });
    }
  }

  hasBeenAsked(): boolean {
    return this.first !== undefined;
  }
}
