/** The batcher's bounded queue is full; the caller should answer "try again shortly". */
export class BatcherFull extends Error {
  override readonly name = 'BatcherFull';

  constructor(readonly bound: number) {
    super(`more than ${bound} entries are waiting to be written`);
  }
}

export interface MicroBatcherOptions<Entry, Result> {
  /** Writes a batch; answers one result per entry, in order. Throwing fails the batch, which is then halved. */
  readonly flush: (entries: readonly Entry[]) => Promise<readonly Result[]>;
  /** Entries per flush. */
  readonly maxBatch: number;
  /** Entries that may wait; above it `add` throws BatcherFull. */
  readonly maxWaiting: number;
  /** Flushes under way at once. */
  readonly inFlight?: number;
  /** Milliseconds to wait for company before flushing a batch that is not full; 0 flushes whenever a flight is free. */
  readonly linger?: number;
  /**
   * Whether a failed batch may be tried again in halves, so that one bad entry fails alone. Say no for errors that
   * are not about an entry: a lost connection would fail every half too, and its outcome may be unknown.
   */
  readonly isolate: (error: unknown) => boolean;
}

/** Whoever hears what became of an entry. */
export interface Waiter<Result> {
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Waiting<Entry, Result> {
  readonly entry: Entry;
  readonly waiter: Waiter<Result>;
}

/**
 * Lets concurrent callers share one write. One caller alone pays no waiting time: a flush starts as soon as a flight
 * is free, and whoever arrives meanwhile rides in the next one.
 */
export class MicroBatcher<Entry, Result> {
  private waiting: Waiting<Entry, Result>[] = [];
  private flying = 0;
  private lingering: NodeJS.Timeout | undefined;
  private idleListeners: (() => void)[] = [];

  constructor(private readonly options: MicroBatcherOptions<Entry, Result>) {}

  /** @throws BatcherFull at once, or whatever `flush` threw for this entry. */
  add(entry: Entry): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.put(entry, { resolve, reject });
    return promise;
  }

  /** The same for entries that share a waiter, which hears of each: no promise is made for them. @throws BatcherFull */
  put(entry: Entry, waiter: Waiter<Result>): void {
    if (this.waiting.length >= this.options.maxWaiting) throw new BatcherFull(this.options.maxWaiting);
    this.waiting.push({ entry, waiter });
    this.schedule();
  }

  /** Resolves once nothing waits and nothing is under way. */
  async drain(): Promise<void> {
    if (this.waiting.length === 0 && this.flying === 0) return;
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  private schedule(): void {
    if (this.flying >= (this.options.inFlight ?? 1) || this.waiting.length === 0) return;
    if (this.waiting.length >= this.options.maxBatch || !this.options.linger) {
      this.launch();
      return;
    }
    this.lingering ??= setTimeout(() => {
      this.lingering = undefined;
      if (this.flying < (this.options.inFlight ?? 1)) this.launch();
    }, this.options.linger);
  }

  private launch(): void {
    clearTimeout(this.lingering);
    this.lingering = undefined;
    const batch = this.waiting.slice(0, this.options.maxBatch);
    if (batch.length === 0) return;
    this.waiting = this.waiting.slice(batch.length);
    this.flying += 1;
    void this.settle(batch).finally(() => {
      this.flying -= 1;
      this.schedule();
      if (this.waiting.length === 0 && this.flying === 0)
        this.idleListeners.splice(0).forEach((listener) => listener());
    });
  }

  private async settle(batch: readonly Waiting<Entry, Result>[]): Promise<void> {
    try {
      const results = await this.options.flush(batch.map((each) => each.entry));
      batch.forEach(({ waiter }, index) => waiter.resolve(results[index]!));
    } catch (error) {
      if (batch.length === 1 || !this.options.isolate(error)) {
        batch.forEach(({ waiter }) => waiter.reject(error));
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await this.settle(batch.slice(0, middle));
      await this.settle(batch.slice(middle));
    }
  }
}
