import type { Waiter } from './micro-batcher.js';

/**
 * What `Promise.all` is to promises, to entries of a batcher: one promise for any number of them, instead of one for each. Resolves when
 * it was closed and all that were begun have ended, and rejects with the first that failed.
 */
export class AllHeard implements Waiter<unknown> {
  private readonly ended = Promise.withResolvers<void>();
  /** Those that have not ended, and one until it is closed. */
  private left = 1;

  get done(): Promise<void> {
    return this.ended.promise;
  }

  /** Another one is on its way. */
  begin(): void {
    this.left += 1;
  }

  /** No more are begun. */
  close(): void {
    this.resolve();
  }

  resolve(): void {
    this.left -= 1;
    if (this.left === 0) this.ended.resolve();
  }

  reject(error: unknown): void {
    this.ended.reject(error);
  }
}
