/** At most `slots` holders at once; others wait in the order they came. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(readonly slots: number) {
    this.free = slots;
  }

  /** Runs `work` in a slot and gives the slot back whatever happens. */
  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.acquire();
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  /** Takes a slot if one is free at this moment, and `spare` others; the caller must `release` it. */
  tryAcquire(spare = 0): boolean {
    if (this.free <= spare) return false;
    this.free -= 1;
    return true;
  }

  release(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }

  private async acquire(): Promise<void> {
    if (this.tryAcquire()) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
