/** What every provider's record of a request has. */
export interface Recorded {
  /** Counts up from 1, also across `clear`. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly payload: string;
  readonly ending: unknown;
}

export interface RequestPage<Request> {
  readonly requests: readonly Request[];
  readonly hasMore: boolean;
}

/**
 * The requests of the recent past, in a ring bounded by their number and by the bytes of their payloads: the oldest are
 * forgotten first.
 */
export class RequestLog<Request extends Recorded, Filter> {
  private ring: Request[] = [];
  private oldest = 0;
  private payloadBytes = 0;
  private lastSeq = 0;
  private readonly waiting = new Set<(request: Request) => void>();

  constructor(
    private readonly maxRequests: number,
    private readonly maxPayloadBytes: number,
    private readonly matches: (request: Request, filter: Filter) => boolean,
  ) {}

  get size(): number {
    return this.ring.length - this.oldest;
  }

  add(record: (seq: number) => Request): Request {
    this.lastSeq += 1;
    const request = record(this.lastSeq);
    this.ring.push(request);
    this.payloadBytes += request.payload.length;
    while (this.size > this.maxRequests || (this.payloadBytes > this.maxPayloadBytes && this.size > 1)) {
      this.payloadBytes -= this.ring[this.oldest]!.payload.length;
      this.oldest += 1;
    }
    // Cutting the forgotten ones off now and then costs less than moving the whole array at each request.
    if (this.oldest > 1000 && this.oldest > this.size / 4) {
      this.ring = this.ring.slice(this.oldest);
      this.oldest = 0;
    }
    for (const notice of this.waiting) notice(request);
    return request;
  }

  /** `after`: the sequence number to go on from: upwards when `order` is `asc`, downwards when `desc`. */
  page(filter: Filter, order: 'asc' | 'desc', after: number | undefined, limit: number): RequestPage<Request> {
    const requests: Request[] = [];
    const step = order === 'asc' ? 1 : -1;
    for (let index = this.start(order, after); index >= this.oldest && index < this.ring.length; index += step) {
      const request = this.ring[index]!;
      if (!this.matches(request, filter)) continue;
      if (requests.length === limit) return { requests, hasMore: true };
      requests.push(request);
    }
    return { requests, hasMore: false };
  }

  /** Resolves when a matching request arrives after this call, or when `signal` aborts. */
  async arrival(filter: Filter, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.waiting.delete(notice);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const notice = (request: Request): void => {
        if (this.matches(request, filter)) done();
      };
      this.waiting.add(notice);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  clear(): void {
    this.ring = [];
    this.oldest = 0;
    this.payloadBytes = 0;
  }

  private start(order: 'asc' | 'desc', after: number | undefined): number {
    if (after === undefined) return order === 'asc' ? this.oldest : this.ring.length - 1;
    let low = this.oldest;
    let high = this.ring.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ring[middle]!.seq <= after - (order === 'asc' ? 0 : 1)) low = middle + 1;
      else high = middle;
    }
    return order === 'asc' ? low : low - 1;
  }
}
