import type { Decision } from './ending.js';

/** One request to APNs, what was decided about it, and when. */
export interface ReceivedRequest extends Decision {
  /** Counts up from 1, also across `clear`. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly connection: number;
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly apnsId: string;
  /** The sender, when its provider token was valid. */
  readonly teamId: string | undefined;
  readonly keyId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly payloadBytes: number;
}

export interface RequestFilter {
  readonly token?: string | undefined;
  readonly apnsId?: string | undefined;
  readonly topic?: string | undefined;
  readonly keyId?: string | undefined;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
}

export interface RequestPage {
  readonly requests: readonly ReceivedRequest[];
  readonly hasMore: boolean;
}

/**
 * The requests of the recent past, in a ring bounded by their number and by the bytes of their payloads: the oldest are
 * forgotten first.
 */
export class RequestLog {
  private ring: ReceivedRequest[] = [];
  private oldest = 0;
  private payloadBytes = 0;
  private lastSeq = 0;
  private readonly waiting = new Set<(request: ReceivedRequest) => void>();

  constructor(
    private readonly maxRequests: number,
    private readonly maxPayloadBytes: number,
  ) {}

  get size(): number {
    return this.ring.length - this.oldest;
  }

  add(received: Omit<ReceivedRequest, 'seq'>): ReceivedRequest {
    this.lastSeq += 1;
    const request = { seq: this.lastSeq, ...received };
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
  page(filter: RequestFilter, order: 'asc' | 'desc', after: number | undefined, limit: number): RequestPage {
    const requests: ReceivedRequest[] = [];
    const step = order === 'asc' ? 1 : -1;
    for (let index = this.start(order, after); index >= this.oldest && index < this.ring.length; index += step) {
      const request = this.ring[index]!;
      if (!matches(request, filter)) continue;
      if (requests.length === limit) return { requests, hasMore: true };
      requests.push(request);
    }
    return { requests, hasMore: false };
  }

  /** Resolves when a matching request arrives after this call, or when `signal` aborts. */
  async arrival(filter: RequestFilter, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.waiting.delete(notice);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const notice = (request: ReceivedRequest): void => {
        if (matches(request, filter)) done();
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

function matches(request: ReceivedRequest, filter: RequestFilter): boolean {
  const { ending } = request;
  return (
    (filter.token === undefined || request.token?.toLowerCase() === filter.token.toLowerCase()) &&
    (filter.apnsId === undefined || request.apnsId.toLowerCase() === filter.apnsId.toLowerCase()) &&
    (filter.topic === undefined || request.headers['apns-topic'] === filter.topic) &&
    (filter.keyId === undefined || request.keyId === filter.keyId) &&
    (filter.status === undefined || (ending.kind === 'answer' && ending.status === filter.status)) &&
    (filter.reason === undefined || (ending.kind === 'answer' && ending.reason === filter.reason))
  );
}
