/** How often each kind of ending was given since the start, or since `forget`. */
export class EndingCounts {
  private readonly counts = new Map<string, number>();

  count(label: string): void {
    this.counts.set(label, (this.counts.get(label) ?? 0) + 1);
  }

  all(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  forget(): void {
    this.counts.clear();
  }
}
