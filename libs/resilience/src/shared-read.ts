export interface SharedReadOptions {
  /** Milliseconds for which an answer is told again without a look. */
  readonly freshMs: number;
  /** Milliseconds more for which it is told at once while one look is under way. */
  readonly staleMs: number;
  readonly now?: () => number;
}

/**
 * A read that costs something and that many ask for: who asks while it is under way shares it, so that a crowd costs what one does; and
 * what was read lately is told at once, while it is read anew behind it.
 */
export class SharedRead<Value> {
  private last: { readonly value: Value; readonly at: number } | undefined;
  private reading: Promise<Value> | undefined;
  private readonly now: () => number;

  constructor(
    private readonly look: () => Promise<Value>,
    private readonly options: SharedReadOptions,
  ) {
    this.now = options.now ?? (() => performance.now());
  }

  /** @throws what the look did, when there is nothing to tell but what is too old. */
  read(): Promise<Value> {
    const { freshMs, staleMs } = this.options;
    const age = this.last === undefined ? Infinity : this.now() - this.last.at;
    if (age < freshMs) return Promise.resolve(this.last!.value);
    const reading = this.begin();
    if (age >= freshMs + staleMs) return reading;
    // Whoever comes after what is stale hears of the failure.
    reading.catch(() => undefined);
    return Promise.resolve(this.last!.value);
  }

  private begin(): Promise<Value> {
    this.reading ??= this.run().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async run(): Promise<Value> {
    // What is read stands for the moment at which it was begun.
    const at = this.now();
    const value = await this.look();
    this.last = { value, at };
    return value;
  }
}
