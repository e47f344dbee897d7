import type { BatchLine } from '@signalbox/contracts';

/** Lines that may wait for their answers: some more than the service has under way of one request. */
const MOST = 1_024;

/**
 * The caller's lines, as far as the service has not answered them: a request that broke is begun again with these. No more than `MOST`
 * are taken from the caller, who so waits for the service, and for whoever reads the results.
 */
export class UnansweredLines {
  private readonly source: Iterator<BatchLine> | AsyncIterator<BatchLine>;
  private readonly kept: Uint8Array[] = [];
  private readonly encoder = new TextEncoder();
  private count = 0;
  private sentTo = 0;
  private owedSince = 0;
  private ended = false;
  private pulling: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  /** What the caller's own lines threw, if they did: no more come then. */
  fault: { readonly error: unknown } | undefined;

  constructor(
    lines: AsyncIterable<BatchLine> | Iterable<BatchLine>,
    private readonly key: string,
  ) {
    this.source = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  }

  /** How many were answered: the index of the first that was not. */
  get answered(): number {
    return this.count;
  }

  /** Whether nothing that was taken from the caller waits for its answer. */
  get areAnswered(): boolean {
    return this.kept.length === 0;
  }

  /** Milliseconds for which the service has owed us the next answer. */
  get owedForMs(): number {
    return this.sentTo > this.count ? performance.now() - this.owedSince : 0;
  }

  /** Resolves when there is a line to be sent; to false when there will be none. */
  async any(): Promise<boolean> {
    while (this.kept.length === 0 && !this.ended) await this.pull();
    return this.kept.length > 0;
  }

  /** The body of a request: everything that is not answered, and what comes, until `signal` is aborted. */
  async *body(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.sentTo = this.count;
    while (!signal.aborted) {
      const place = this.sentTo - this.count;
      const line = this.kept[place];
      if (line !== undefined) {
        if (place === 0) this.owedSince = performance.now();
        this.sentTo += 1;
        yield line;
      } else if (place >= MOST) await this.someAnswer();
      else if (this.ended) return;
      else await this.pull();
    }
  }

  /** The first was answered; tells its index. Undefined when there is none that was sent. */
  settleFirst(): number | undefined {
    if (this.sentTo === this.count) return undefined;
    this.kept.shift();
    this.owedSince = performance.now();
    this.wake();
    this.count += 1;
    return this.count - 1;
  }

  /** Lets the body of a request that is over come to its end. */
  interrupt(): void {
    this.wake();
  }

  /** Takes no more lines from the caller. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    // Not awaited: whoever waits for something that never comes would keep us for as long.
    Promise.resolve(this.source.return?.()).catch(() => undefined);
  }

  private someAnswer(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** Of all who ask, also those of a request that is over, one asks the caller. */
  private pull(): Promise<void> {
    return (this.pulling ??= this.takeNext().finally(() => (this.pulling = undefined)));
  }

  private async takeNext(): Promise<void> {
    try {
      const next = await this.source.next();
      if (next.done === true) this.ended = true;
      else this.kept.push(this.encode(next.value));
    } catch (error) {
      this.ended = true;
      this.fault = { error };
    }
  }

  private encode(line: BatchLine): Uint8Array {
    const idempotencyKey = line.idempotencyKey ?? `${this.key}/${this.count + this.kept.length}`;
    return this.encoder.encode(`${JSON.stringify({ ...line, idempotencyKey })}\n`);
  }
}
