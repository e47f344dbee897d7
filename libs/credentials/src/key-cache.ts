/** How long an opened key stays in memory, in milliseconds. */
const LIFE = 5 * 60_000;
/** Keys kept at once; beyond it the oldest goes. */
const CAPACITY = 10_000;

interface Entry<Key> {
  readonly key: Promise<Key>;
  /** Absent while it is being fetched. */
  known?: Key;
  readonly until: number;
}

/** Keeps opened keys for a while. Who asks while a key is being fetched waits for the same fetch; failures are not kept. */
export class KeyCache<Key> {
  private readonly entries = new Map<string, Entry<Key>>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  get(name: string, fetch: () => Promise<Key>): Promise<Key> {
    const known = this.entries.get(name);
    if (known !== undefined && known.until > this.now()) return known.key;
    return this.fetched(name, fetch);
  }

  /** The same, if it is here: without a promise, for who needs it a thousand times a second. */
  recall(name: string): Key | undefined {
    const entry = this.entries.get(name);
    return entry !== undefined && entry.until > this.now() ? entry.known : undefined;
  }

  private fetched(name: string, fetch: () => Promise<Key>): Promise<Key> {
    const entry: Entry<Key> = { key: fetch(), until: this.now() + LIFE };
    // Deleted first, so that the map's order stays the order of age.
    this.entries.delete(name);
    this.entries.set(name, entry);
    const oldest = this.entries.keys().next();
    if (this.entries.size > CAPACITY && oldest.done !== true) this.entries.delete(oldest.value);
    entry.key.then(
      (key) => (entry.known = key),
      () => {
        if (this.entries.get(name) === entry) this.entries.delete(name);
      },
    );
    return entry.key;
  }
}
