import { fullJitter } from '@signalbox/resilience';

const WAITS = { base: 200, cap: 5_000, floor: 50 };

/**
 * How long to wait before the next attempt to connect. It grows with every session in a row that ended without having
 * answered a single request, whatever ended it: a peer that takes connections only to drop them is not called in a loop.
 */
export class ConnectBackoff {
  private failures = 0;
  private until = 0;
  private code: string | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Milliseconds until the next attempt; 0: now. */
  get waitMs(): number {
    return Math.max(0, this.until - this.now());
  }

  /** Why the last attempt failed; undefined when it did not. */
  get lastCode(): string | undefined {
    return this.code;
  }

  failed(code: string): void {
    this.failures += 1;
    this.code = code;
    this.until = this.now() + fullJitter(this.failures, WAITS);
  }

  answered(): void {
    if (this.failures === 0) return;
    this.failures = 0;
    this.until = 0;
    this.code = undefined;
  }
}
