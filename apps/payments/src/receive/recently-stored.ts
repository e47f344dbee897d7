/** Names kept, at most: an hour of a busy app, in a few megabytes. */
const CAPACITY = 20_000;

/**
 * Events that this process knows to be committed, so that a storm of repetitions costs the database nothing. Forgetting is
 * harmless: the database knows them all.
 */
export class RecentlyStored {
  private readonly names = new Set<string>();
  /** The same as a ring, the oldest at `next`: a set that is asked for its oldest walks over all that were taken out before it. */
  private readonly inOrder: string[] = [];
  private next = 0;

  has(name: string): boolean {
    return this.names.has(name);
  }

  add(name: string): void {
    if (this.names.has(name)) return;
    const oldest = this.inOrder[this.next];
    if (oldest !== undefined) this.names.delete(oldest);
    this.names.add(name);
    this.inOrder[this.next] = name;
    this.next = (this.next + 1) % CAPACITY;
  }
}
