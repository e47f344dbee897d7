/** Webhooks that may be under way at once. */
const REQUESTS = 512;
/** Bytes of bodies that may be in memory at once. */
const BYTES = 64 * 1_024 * 1_024;

/** How many may be inside: whoever comes when it is full goes away at once, and comes again. */
export class Room {
  private requests = 0;
  private bytes = 0;

  constructor(
    private readonly most: { readonly requests: number; readonly bytes: number } = { requests: REQUESTS, bytes: BYTES },
  ) {}

  /** @returns what to call, once, on leaving; undefined when there is no room. */
  enter(bytes: number): (() => void) | undefined {
    if (this.requests >= this.most.requests || this.bytes + bytes > this.most.bytes) return undefined;
    this.requests += 1;
    this.bytes += bytes;
    return () => {
      this.requests -= 1;
      this.bytes -= bytes;
    };
  }
}
