/** Calls of the last so many seconds, and how many of them were of the kind that is looked for, by the second. */
export class LastSeconds {
  /** As of when it was last counted or forgotten. */
  calls = 0;
  marked = 0;
  private readonly callsOf: Uint32Array;
  private readonly markedOf: Uint32Array;
  private newest = 0;

  constructor(private readonly length: number) {
    this.callsOf = new Uint32Array(length);
    this.markedOf = new Uint32Array(length);
  }

  count(second: number, isMarked: boolean): void {
    this.forget(second);
    this.callsOf[second % this.length]! += 1;
    this.calls += 1;
    if (!isMarked) return;
    this.markedOf[second % this.length]! += 1;
    this.marked += 1;
  }

  /** What is older, however long nobody has called. */
  forget(second: number): void {
    const passed = Math.min(second - this.newest, this.length);
    for (let back = 0; back < passed; back += 1) {
      const slot = (second - back) % this.length;
      this.calls -= this.callsOf[slot]!;
      this.marked -= this.markedOf[slot]!;
      this.callsOf[slot] = 0;
      this.markedOf[slot] = 0;
    }
    this.newest = Math.max(this.newest, second);
  }
}
