/** What a run found missing. */
export class Gap {
  count = 0;
  private oldest = Infinity;
  private newest = -Infinity;

  add(created: Date): void {
    this.count += 1;
    this.oldest = Math.min(this.oldest, created.getTime());
    this.newest = Math.max(this.newest, created.getTime());
  }

  /** The data of `stripe_event.gap_filled`; only for a gap that has something in it. */
  toFact(): { readonly count: number; readonly oldest: string; readonly newest: string } {
    const { count, oldest, newest } = this;
    return { count, oldest: new Date(oldest).toISOString(), newest: new Date(newest).toISOString() };
  }
}
