/** How often connections are disturbed; absent: never. */
export interface ChurnRules {
  /** Every client is told to leave. */
  readonly goawayEveryMs?: number | undefined;
  /** One connection, chosen at random, breaks without a word. */
  readonly cutEveryMs?: number | undefined;
}

export interface Disturbances {
  readonly goaway: () => void;
  readonly cut: () => void;
}

/** Disturbs connections again and again, as a provider's fleet does while it is updated. */
export class Churn {
  private rules: ChurnRules = {};
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly disturbances: Disturbances) {}

  apply({ goawayEveryMs, cutEveryMs }: ChurnRules): void {
    if (goawayEveryMs === this.rules.goawayEveryMs && cutEveryMs === this.rules.cutEveryMs) return;
    this.stop();
    this.rules = { goawayEveryMs, cutEveryMs };
    if (goawayEveryMs !== undefined) this.timers.push(setInterval(this.disturbances.goaway, goawayEveryMs).unref());
    if (cutEveryMs !== undefined) this.timers.push(setInterval(this.disturbances.cut, cutEveryMs).unref());
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    this.rules = {};
  }
}
