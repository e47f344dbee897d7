/** First in, first out. What is over before its turn is passed over. */
export class WaitingLine<Item extends { readonly isOver: boolean }> {
  private items: Item[] = [];
  private head = 0;

  push(item: Item): void {
    this.items.push(item);
  }

  /** The next whose turn it is, which stays in the line. */
  first(): Item | undefined {
    this.skip();
    return this.items[this.head];
  }

  shift(): Item | undefined {
    const item = this.first();
    if (item !== undefined) this.head += 1;
    this.skip();
    return item;
  }

  /** Items kept, those that are over and not yet passed over included. */
  get length(): number {
    return this.items.length - this.head;
  }

  /** Drops what is over at the front, so that a line that does not move keeps none of what has given up. */
  skip(): void {
    while (this.head < this.items.length && this.items[this.head]!.isOver) this.head += 1;
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
    } else if (this.head > 1_024 && this.head * 2 > this.items.length) {
      this.items.splice(0, this.head);
      this.head = 0;
    }
  }
}
