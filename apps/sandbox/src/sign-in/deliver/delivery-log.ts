import type { Attempt } from '../../deliver/dispatcher.js';
import type { Recorded } from '../../recording/request-log.js';
import type { Parcel } from './receiver.js';

/** One attempt to tell a receiver, as the control API lists it; written down when it has ended. */
export interface SentEvent extends Recorded, Attempt, Omit<Parcel, 'body'> {
  readonly receiverId: string;
  readonly provider: string;
  readonly url: string;
  readonly ending: Attempt['ending'];
}

export interface EventFilter {
  readonly receiverId?: string | undefined;
  readonly provider?: string | undefined;
  readonly jti?: string | undefined;
  readonly type?: string | undefined;
  readonly sub?: string | undefined;
  readonly status?: number | undefined;
  /** `answer`, `dropped` or `unanswered`. */
  readonly ending?: string | undefined;
}

export function matchesEvent(sent: SentEvent, filter: EventFilter): boolean {
  return (
    (filter.receiverId === undefined || sent.receiverId === filter.receiverId) &&
    (filter.provider === undefined || sent.provider === filter.provider) &&
    (filter.jti === undefined || sent.jti === filter.jti) &&
    (filter.type === undefined || sent.type === filter.type) &&
    (filter.sub === undefined || sent.sub === filter.sub) &&
    (filter.ending === undefined || sent.ending.kind === filter.ending) &&
    (filter.status === undefined || (sent.ending.kind === 'answer' && sent.ending.status === filter.status))
  );
}
