/**
 * How the breakers of a process stand, as far as it has changed and was not yet written down: at rest there is nothing to write. Each is
 * known by a key of its caller's.
 */
export class BreakerLedger<State> {
  private changed = new Map<string, State>();
  /** RFC 3339: since when each that is open is. */
  private readonly openSince = new Map<string, string>();

  /** One turns calls away, or still does. @param stateSince is given when that began */
  opened(key: string, stateSince: (since: string) => State): void {
    const since = this.openSince.get(key) ?? new Date().toISOString();
    this.openSince.set(key, since);
    this.changed.set(key, stateSince(since));
  }

  /** One lets calls through. What never opened is closed to everybody, and nothing is noted. */
  closed(key: string, stateSince: (since: string) => State): void {
    if (this.openSince.delete(key)) this.changed.set(key, stateSince(new Date().toISOString()));
  }

  /** What has changed since the last time, by key. */
  take(): ReadonlyMap<string, State> {
    const taken = this.changed;
    this.changed = new Map();
    return taken;
  }

  /** What was taken and could not be written, but for what has changed again since. */
  giveBack(taken: ReadonlyMap<string, State>): void {
    this.changed = new Map([...taken, ...this.changed]);
  }
}
