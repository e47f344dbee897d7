import type { Database } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import type { Lease, LeasedWork, WorkEnd, WorkProgress } from '@signalbox/queues';
import type { Secrets } from '../secrets/secrets.js';
import type { Signer } from '../secrets/sign.js';
import type { PostItem } from '../work/events-work.js';
import { attempt, type AttemptDependencies } from './attempt.js';
import type { EndpointSlots } from './endpoint-slots.js';
import type { EndpointToPostTo, LoadedItem } from './load-work.js';
import type { OutcomeRecorder } from './outcome-recorder.js';

export interface DeliverDependencies extends AttemptDependencies {
  readonly database: Database;
  readonly secrets: Secrets;
  readonly flags: Flags;
  readonly recorder: OutcomeRecorder;
  /** One for both lanes: an endpoint's bulkhead does not know of lanes. */
  readonly slots: EndpointSlots;
}

/** The posting of one work row: what ends it early ends it for all of its deliveries. */
export class Posting {
  private readonly progress: WorkProgress<PostItem>;
  private readonly tally = new Map<string, number>();
  /** Milliseconds for which the rest is not to be posted. */
  private stoppedFor: number | undefined;
  private isLeaseEnding = false;

  constructor(
    work: LeasedWork<PostItem>,
    private readonly lease: Lease,
    private readonly endpoint: EndpointToPostTo,
    private readonly signers: readonly Signer[],
    private readonly dependencies: DeliverDependencies,
  ) {
    this.progress = { work, remaining: 0 };
  }

  /** With `probing`, the first delivery goes alone, and the others only if it arrives. */
  async run(items: readonly LoadedItem[], probing: boolean): Promise<WorkEnd> {
    this.progress.remaining = items.length;
    const [first, ...rest] = items;
    if (probing) await this.post(first!);
    await Promise.all((probing ? rest : items).map((each) => this.post(each)));
    if (this.progress.remaining === 0) return { end: 'settled', summary: Object.fromEntries(this.tally) };
    if (this.stoppedFor !== undefined) return hold(this.stoppedFor + Math.random() * 1_000, 'breaker');
    return { end: 'lost' };
  }

  private post(loaded: LoadedItem): Promise<void> {
    const { slots } = this.dependencies;
    return slots.post(this.endpoint.id, async () => {
      this.stoppedFor ??= slots.stoppedFor(this.endpoint.id);
      this.isLeaseEnding ||= !this.lease.mayBegin();
      if (this.stoppedFor === undefined && !this.isLeaseEnding) await this.attempt(loaded);
    });
  }

  private async attempt(loaded: LoadedItem): Promise<void> {
    const { slots, recorder } = this.dependencies;
    const { id: endpointId, appId } = this.endpoint;
    const attempted = await attempt(loaded, this.endpoint, this.signers, this.dependencies);
    const { state } = attempted.step;
    this.tally.set(state, (this.tally.get(state) ?? 0) + 1);
    const { progress } = this;
    const { stopFor } = await recorder.record({ progress, item: loaded.item, endpointId, appId, ...attempted });
    slots.heard(endpointId, stopFor);
  }
}

/** The endpoint is the reason why it waits, so the work is not overdue meanwhile. */
export function hold(delay: number, reason: string): WorkEnd {
  return { end: 'release', delay, reason, held: true };
}
