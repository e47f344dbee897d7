/** Address ranges of one version, by their first addresses, in ascending order and without overlaps. */
export class CountryRanges<Value extends number | bigint> {
  constructor(
    private readonly firsts: ArrayLike<Value>,
    private readonly lasts: ArrayLike<Value>,
    /** For each range, where in `names` its country stands. */
    private readonly countries: Uint8Array,
    private readonly names: readonly string[],
  ) {}

  get length(): number {
    return this.firsts.length;
  }

  /** The country of the range that holds this address; undefined where none does. */
  find(address: Value): string | undefined {
    let low = 0;
    let high = this.firsts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.firsts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const candidate = low - 1;
    if (candidate < 0 || address > this.lasts[candidate]!) return undefined;
    return this.names[this.countries[candidate]!];
  }
}
