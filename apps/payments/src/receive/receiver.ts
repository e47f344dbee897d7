import { newUuid, type Uuid, objectKey } from '@signalbox/contracts';
import type { ContentCipher, ContentSealer } from '@signalbox/credentials';
import { DatabaseUnreachable, type Database } from '@signalbox/database';
import type { Publisher } from '@signalbox/queues';
import { inSpan, traceparent } from '@signalbox/telemetry';
import { atCrashPoint, BatcherFull, MicroBatcher } from '@signalbox/resilience';
import { type ObjectWork, offersOf, worksFor } from './object-works.js';
import type { Receipt, ReceivedEvent } from './received-event.js';
import { RecentlyStored } from './recently-stored.js';
import { writeReceived, type SealedEvent } from './write-received.js';

/** Bodies may have a megabyte, and a batch of them is one message to Postgres. One is under way at a time: two would be half as large each. */
const MAX_BATCH = 128;
const MAX_WAITING = 4_000;

interface Entry {
  /** What Stripe's event is, for all time and all processes. */
  readonly name: string;
  readonly event: ReceivedEvent;
  readonly sealer: ContentSealer;
  /** Where in a trace it came. */
  readonly trace: string | undefined;
}

/** From when an event is proven until it is known to be stored: it may wait for the commit of others first. */
const COMMIT = { name: 'commit' } as const;

/**
 * Takes events of Stripe's on, each once, whoever brings them: concurrent callers share one statement and one commit. A
 * caller hears of success only after the commit; the job that wakes a worker comes after it and may be lost.
 */
export class Receiver {
  private readonly stored = new RecentlyStored();
  private readonly batcher: MicroBatcher<Entry, Receipt>;

  constructor(
    private readonly database: Database,
    private readonly cipher: ContentCipher,
    private readonly publisher: Publisher,
  ) {
    this.batcher = new MicroBatcher({
      flush: (entries) => this.flush(entries),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** @throws the database's refusal of this very event. */
  async receive(event: ReceivedEvent): Promise<Receipt> {
    const { appId, account, eventId } = event;
    const name = `${appId} ${account} ${eventId}`;
    if (this.stored.has(name)) return 'repeated';
    try {
      const sealer = this.cipher.recallSealer(appId) ?? (await this.cipher.sealerOf(appId));
      return await inSpan(COMMIT, () => this.batcher.add({ name, event, sealer, trace: traceparent() }));
    } catch (error) {
      if (error instanceof DatabaseUnreachable) return 'unknown';
      if (error instanceof BatcherFull) return 'busy';
      throw error;
    }
  }

  /** Resolves when nothing is waiting for its commit. */
  drain(): Promise<void> {
    return this.batcher.drain();
  }

  private async flush(entries: readonly Entry[]): Promise<readonly Receipt[]> {
    // Of several that came together the first speaks for all.
    const leaderOf = new Map<string, Entry>();
    for (const entry of entries) if (!leaderOf.has(entry.name)) leaderOf.set(entry.name, entry);
    const leaders = [...leaderOf.values()];
    const sealed = leaders.map(sealedEvent);
    const works = worksFor(sealed);
    const repeated = await atCrashPoint('stripe-receive.commit', () => writeReceived(this.database, sealed, works));
    for (const { name } of leaders) this.stored.add(name);
    // Behind the answers: whoever posts waits for the commit, and nobody for the jobs.
    setImmediate(() => this.wakeWorkers(sealed, works, repeated));
    const stored = new Set(leaders.filter((_, index) => !repeated.has(sealed[index]!.id)));
    return entries.map((entry) => (stored.has(entry) ? 'stored' : 'repeated'));
  }

  private wakeWorkers(events: readonly SealedEvent[], works: readonly ObjectWork[], repeated: ReadonlySet<Uuid>): void {
    const made = events
      .map((entry, index) => ({ entry, work: works[index]! }))
      .filter(({ entry }) => !repeated.has(entry.id));
    void this.publisher.publish(offersOf(made), 'stripe-receive.publish');
  }
}

/**
 * Done right before the commit, one event after the other: amid all that a request goes through, sealing takes four times as long, since
 * the processor does not find its code in the caches.
 */
function sealedEvent({ event, sealer, trace }: Entry): SealedEvent {
  const { appId, account, eventId, via, body } = event;
  return {
    id: newUuid(),
    appId,
    lane: via === 'reconciler' ? 'bulk' : 'transactional',
    objectKey: objectKey(appId, account, event.objectId ?? eventId),
    event,
    content: sealer.encrypt(body),
    dekId: sealer.id,
    trace,
  };
}
