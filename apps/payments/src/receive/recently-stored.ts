/** Names kept, at most: an hour of a busy app, in a few megabytes. */
const CAPACITY = 20_000;

/**
 * Events that this process knows to be committed, so that a storm of repetitions costs the database nothing. Forgetting is
 * harmless: the database knows them all.
 */
export class RecentlyStored {
  private readonly names = new Set<string>();

  has(name: string): boolean {
    return this.names.has(name);
  }

  add(name: string): void {
    // A set's order is that of adding: the first is the oldest.
    const oldest = this.names.values().next();
    if (this.names.size >= CAPACITY && oldest.done !== true) this.names.delete(oldest.value);
    this.names.add(name);
  }
}
