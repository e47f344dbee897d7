import type {
  DeadLetterGroup,
  DeadLetterGroups,
  DeadLetterView,
  DiscardAnswer,
  DiscardRequestInput,
  Page,
  ReplayAnswer,
  ReplayRequestInput,
} from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

export interface ListDeadLettersOptions extends CallOptions {
  readonly state?: DeadLetterView['state'];
  readonly provider?: 'apns' | 'fcm' | 'webpush';
  readonly lane?: 'transactional' | 'bulk';
  /** Exactly as the letters have it. */
  readonly reason?: string;
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 100; 50 unless told. */
  readonly limit?: number;
}

/** Deliveries that were given up. Every call may be repeated: a letter is replayed once. Methods throw SignalboxErrors. */
export class DeadLetters {
  constructor(private readonly push: Connection) {}

  /** One page, open letters unless told; `next` is null on the last. */
  async list({ limit, signal, ...filter }: ListDeadLettersOptions = {}): Promise<Page<DeadLetterView>> {
    const query = { ...filter, limit: limit?.toString() };
    return (await this.push.call<Page<DeadLetterView>>({ method: 'GET', path: ['dead-letters'], query, signal })).body;
  }

  /** Open letters by provider, lane and reason, the largest group first. */
  async groups({ signal }: CallOptions = {}): Promise<readonly DeadLetterGroup[]> {
    const path = ['dead-letters', 'groups'];
    return (await this.push.call<DeadLetterGroups>({ method: 'GET', path, signal })).body.groups;
  }

  /** Sends open letters again: named ones, those of a group, or all, at most `perSecond` of them each second. */
  async replay(which: ReplayRequestInput, { signal }: CallOptions = {}): Promise<ReplayAnswer> {
    const path = ['dead-letters', 'replay'];
    return (await this.push.call<ReplayAnswer>({ method: 'POST', path, body: which, signal })).body;
  }

  /** Puts open letters away for good, with a note that says why. */
  async discard(which: DiscardRequestInput, { signal }: CallOptions = {}): Promise<DiscardAnswer> {
    const path = ['dead-letters', 'discard'];
    return (await this.push.call<DiscardAnswer>({ method: 'POST', path, body: which, signal })).body;
  }
}
