import { queuesOf } from '@signalbox/contracts';
import type { ContentCipher, CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { OfferLoop, Publisher, WorkHost, type QueueBackend, type WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { Receiver } from './receive/receiver.js';
import { paymentsWork } from './work/payments-work.js';

export interface PipelineOptions {
  readonly database: Database;
  /** Connections that only webhooks use, so that neither they nor anything else has to wait for the other. */
  readonly edge: { readonly database: Database; readonly cipher: ContentCipher };
  readonly backend: QueueBackend;
  readonly cipher: ContentCipher;
  readonly credentials: CredentialReader;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The way of an event of Stripe's inside one process, without HTTP: what takes events on, what offers, what works on them.
 * Starts and stops as a whole.
 */
export class StripePipeline {
  /** Takes on what Stripe delivers. */
  readonly delivered: Receiver;
  readonly publisher: Publisher;
  readonly offers: OfferLoop;
  private readonly host: WorkHost;
  private readonly handlers: readonly WorkHandler<never>[] = [];

  constructor(options: PipelineOptions) {
    const { database, edge, backend, logger } = options;
    const publisher = (this.publisher = new Publisher(backend, logger));
    this.delivered = new Receiver(edge.database, edge.cipher, publisher);
    this.offers = new OfferLoop({
      database,
      store: paymentsWork,
      backend,
      publisher,
      queues: queuesOf('payments'),
      logger,
    });
    this.host = new WorkHost({ database, store: paymentsWork, backend, logger });
  }

  start(): void {
    this.offers.start();
    this.host.start(this.handlers);
  }

  /** Ends in the order of the flow, so that nothing is taken on that could not be handed on. */
  async stop(): Promise<void> {
    await this.delivered.drain();
    await this.offers.stop();
    await this.host.stop();
  }
}
