import type { Attempt, Carried, Carrier } from '../../deliver/dispatcher.js';
import type { Poster } from '../../deliver/post.js';
import type { RequestLog } from '../../recording/request-log.js';
import type { EventFilter, SentEvent } from './delivery-log.js';
import type { Parcel, Receiver } from './receiver.js';

/** Posts security events, which carry their signature in themselves. */
export class EventCarrier implements Carrier<Receiver, Parcel> {
  constructor(
    private readonly log: RequestLog<SentEvent, EventFilter>,
    private readonly poster: Poster,
  ) {}

  async carry({ url }: Receiver, { body, contentType }: Parcel, timeoutMs: number): Promise<Carried> {
    const headers = { 'content-type': contentType, accept: 'application/json' };
    return { ending: await this.poster.post(url, headers, body, timeoutMs) };
  }

  record({ id: receiverId, provider, url }: Receiver, { body, ...parcel }: Parcel, attempt: Attempt): void {
    this.log.add((seq) => ({ seq, receiverId, provider, url, ...parcel, payload: body, ...attempt }));
  }
}
