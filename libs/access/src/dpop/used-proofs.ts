const MINUTE = 60;

/** Proofs that were shown, for as long as they could be shown again: by the minute they were made in, so that minutes are forgotten as a whole. */
export class UsedProofs {
  private readonly minutes = new Map<number, Set<string>>();

  /**
   * @param madeAt and `now` are seconds since 1970; whoever asks refuses proofs older than `life` himself.
   * @returns whether it is shown for the first time.
   */
  use(name: string, madeAt: number, now: number, life: number): boolean {
    for (const minute of this.minutes.keys()) if ((minute + 1) * MINUTE < now - life) this.minutes.delete(minute);
    const minute = Math.floor(madeAt / MINUTE);
    const used = this.minutes.get(minute) ?? new Set();
    this.minutes.set(minute, used);
    if (used.has(name)) return false;
    used.add(name);
    return true;
  }
}
