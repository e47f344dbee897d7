import { queuesOf } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { OfferLoop, Publisher, WorkHost, type QueueBackend, type WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { authWork } from './auth-work.js';

export interface AuthPipelineOptions {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the auth service owes and does later, inside one process: what offers it and what does it. */
export class AuthPipeline {
  readonly offers: OfferLoop;
  readonly publisher: Publisher;
  private readonly host: WorkHost;

  constructor({ database, backend, logger, metrics }: AuthPipelineOptions) {
    const publisher = (this.publisher = new Publisher(backend, logger));
    const queues = queuesOf('auth');
    this.offers = new OfferLoop({ database, store: authWork, backend, publisher, queues, logger });
    this.host = new WorkHost({ database, store: authWork, backend, logger, metrics });
  }

  /** `handlers`: one for each queue of the service. */
  start(handlers: readonly WorkHandler<never>[]): void {
    this.offers.start();
    this.host.start(handlers);
  }

  async stop(): Promise<void> {
    await this.offers.stop();
    await this.host.stop();
  }
}
