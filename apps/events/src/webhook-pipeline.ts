import { LANES, queuesOf } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { Poster } from '@signalbox/egress';
import type { Flags } from '@signalbox/flags';
import { OfferLoop, Publisher, WorkHost, type QueueBackend, type WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { AttemptLog } from './deliver/attempt-log.js';
import { deliverHandler } from './deliver/deliver.handler.js';
import { EndpointSlots } from './deliver/endpoint-slots.js';
import { OutcomeRecorder } from './deliver/outcome-recorder.js';
import { fanOut, standInTheFeed } from './fan-out/fan-out.js';
import { recoverHandler } from './recover/recover.handler.js';
import { Secrets } from './secrets/secrets.js';
import { eventsWork } from './work/events-work.js';

export interface PipelineOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly envelope: Envelope;
  readonly flags: Flags;
  readonly allowPrivate: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The way of an event to webhook endpoints inside one process: what takes events on, what offers, what posts, what goes
 * back. Starts and stops as a whole.
 */
export class WebhookPipeline {
  readonly offers: OfferLoop;
  readonly publisher: Publisher;
  readonly secrets: Secrets;
  private readonly host: WorkHost;
  private readonly recorder: OutcomeRecorder;
  private readonly handlers: readonly WorkHandler<never>[];
  private readonly stopping = new AbortController();
  private fanning: Promise<void> = Promise.resolve();

  constructor(private readonly options: PipelineOptions) {
    const { database, backend, envelope, flags, allowPrivate, logger, metrics } = options;
    const publisher = (this.publisher = new Publisher(backend, logger));
    this.secrets = new Secrets(envelope);
    this.recorder = new OutcomeRecorder(database, publisher);
    this.offers = new OfferLoop({
      database,
      store: eventsWork,
      backend,
      publisher,
      queues: queuesOf('events'),
      logger,
    });
    this.host = new WorkHost({ database, store: eventsWork, backend, logger, metrics });
    const deliver = {
      database,
      secrets: this.secrets,
      flags,
      recorder: this.recorder,
      slots: new EndpointSlots(),
      poster: new Poster(),
      log: new AttemptLog(logger, metrics),
      allowPrivate,
    };
    this.handlers = [
      ...LANES.map((lane) => deliverHandler(lane, deliver)),
      recoverHandler({ database, publisher, logger }),
    ];
  }

  /** Resolves once no new event can be missed, unless the database does not answer just now. */
  async start(): Promise<void> {
    const { database, logger } = this.options;
    await standInTheFeed(database).catch((error: unknown) => {
      logger.warn({ err: error }, 'the feed could not be read; webhooks begin when it can');
    });
    this.fanning = fanOut({ database, publisher: this.publisher, logger, signal: this.stopping.signal });
    this.offers.start();
    this.host.start(this.handlers);
  }

  /** Ends in the order of the flow, so that nothing is taken on that could not be handed on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.fanning;
    await this.offers.stop();
    await this.host.stop();
    await this.recorder.drain();
  }
}
