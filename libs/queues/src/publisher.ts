import { formatId, timeOfUuid, type QueueName } from '@signalbox/contracts';
import { atCrashPoint, type CrashPoint } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { NewJob, QueueBackend } from './queue-backend.js';
import { FRESH_MS, jobIdOf, type Offer } from './work.js';

/** Jobs that may be on their way to the backend at once; beyond it the offer loop is quicker than a growing heap. */
const MAX_PENDING = 20_000;

/**
 * Turns offers into jobs. Never throws and promises nothing: a job that is not published, or published twice, is
 * harmless, because the work row is offered again and only a lease lets work be done.
 */
export class Publisher {
  private pending = 0;
  private unpublished = new Set<QueueName>();

  constructor(
    private readonly backend: QueueBackend,
    private readonly logger: Logger,
  ) {}

  async publish(offers: readonly Offer[], point: Extract<CrashPoint, `${string}.publish`>): Promise<void> {
    if (offers.length === 0) return;
    if (this.pending > MAX_PENDING) return this.remember(offers);
    this.pending += offers.length;
    try {
      await atCrashPoint(point, () => this.addAll(offers));
    } catch (error) {
      this.remember(offers);
      this.logger.debug({ err: error, jobs: offers.length }, 'jobs were not published; the offer loop repeats them');
    } finally {
      this.pending -= offers.length;
    }
  }

  /** The queues that did not get all of their jobs since this was last asked. */
  takeUnpublished(): readonly QueueName[] {
    const queues = [...this.unpublished];
    this.unpublished.clear();
    return queues;
  }

  private remember(offers: readonly Offer[]): void {
    for (const { queue } of offers) this.unpublished.add(queue);
  }

  private async addAll(offers: readonly Offer[]): Promise<void> {
    const byQueue = Map.groupBy(offers, (offer) => offer.queue);
    await Promise.all([...byQueue].map(([queue, queued]) => this.backend.add(queue, queued.map(toJob))));
  }
}

function toJob(offer: Offer): NewJob {
  const app = offer.appId === null ? {} : { app: formatId('app', offer.appId) };
  const items = `${offer.count} ${offer.count === 1 ? 'item' : 'items'}`;
  return {
    name: [items, offer.lane, app.app ?? 'several apps'].join(' · '),
    data: { v: 1, work: offer.id, ...app, lane: offer.lane, count: offer.count },
    opts: {
      jobId: jobIdOf(offer.id, offer.offer),
      ...(offer.delay > 0 ? { delay: offer.delay } : {}),
      ...placeOf(offer),
    },
  };
}

/**
 * What was begun goes first, then what comes, then the backlog: work that a hold or an outage kept back and that is offered
 * again. Otherwise a payment made now would wait for all that waited for a provider.
 */
function placeOf({ id, offer, interrupted, late }: Offer): Pick<NewJob['opts'], 'lifo' | 'priority'> {
  if (interrupted === true) return { lifo: true };
  // Work that is offered for the first time because its time has come has not waited for anything.
  const comesOnTime = offer === 1 && late !== undefined && late < FRESH_MS;
  const isBacklog = offer > 0 && !comesOnTime && Date.now() - timeOfUuid(id) > FRESH_MS;
  return isBacklog ? { priority: 1 } : {};
}
