import { LANES, queuesOf } from '@signalbox/contracts';
import type { ContentCipher, CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { OfferLoop, Publisher, WorkHost, type QueueBackend, type WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { Role } from './config.js';
import { bookingHandler } from './ledger/booking/booking.handler.js';
import { DecisionCounter } from './process/decision-counter.js';
import { Refetch } from './process/refetch.js';
import { stripeHandler } from './process/stripe.handler.js';
import type { CallLog } from './read-stripe/call-log.js';
import { SdkGatewayBooks } from './read-stripe/sdk-gateway-books.js';
import { SdkStripeReader } from './read-stripe/sdk-stripe-reader.js';
import { StripeCalls } from './read-stripe/stripe-calls.js';
import { StripeClients } from './read-stripe/stripe-clients.js';
import { Receiver } from './receive/receiver.js';
import { GenerationFailures } from './reconcile/heal-generation-failures.js';
import { Reconciler } from './reconcile/reconciler.js';
import { paymentsWork } from './work/payments-work.js';

export interface PipelineOptions {
  readonly database: Database;
  /** What every event goes through once it is kept has fixed plans, and connections of its own. */
  readonly way: Database;
  /** Connections that only webhooks use, so that neither they nor anything else has to wait for the other. */
  readonly edge: { readonly database: Database; readonly cipher: ContentCipher };
  readonly backend: QueueBackend;
  readonly cipher: ContentCipher;
  readonly credentials: CredentialReader;
  readonly callLog: CallLog;
  /** From one comparison with Stripe's list of events to the next. */
  readonly reconcileSeconds: number;
  readonly roles: ReadonlySet<Role>;
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
  /** Has what a call of ours changed looked at. */
  readonly refetch: Refetch;
  /** Takes on what we found ourselves, apart from what is delivered. */
  private readonly found: Receiver;
  private readonly calls: StripeCalls;
  private readonly reconciler: Reconciler;
  private readonly host: WorkHost;
  private readonly handlers: readonly WorkHandler<never>[];

  constructor(private readonly options: PipelineOptions) {
    const { database, way, edge, backend, cipher, credentials, callLog, reconcileSeconds, logger, metrics } = options;
    const publisher = (this.publisher = new Publisher(backend, logger));
    this.delivered = new Receiver(edge.database, edge.cipher, publisher);
    this.found = new Receiver(database, cipher, publisher);
    this.calls = new StripeCalls(new StripeClients(database, credentials), callLog, 'events');
    this.reconciler = new Reconciler({
      database,
      calls: this.calls,
      receiver: this.found,
      logger,
      metrics,
      intervalSeconds: reconcileSeconds,
    });
    this.offers = new OfferLoop({
      database,
      store: paymentsWork,
      backend,
      publisher,
      queues: queuesOf('payments'),
      logger,
    });
    this.host = new WorkHost({ database: way, store: paymentsWork, backend, logger, metrics });
    const generationFailures = new GenerationFailures(this.calls, this.found);
    const parts = {
      database: way,
      cipher,
      reader: new SdkStripeReader(this.calls),
      counter: new DecisionCounter(metrics),
      publisher,
      onHealthEvent: generationFailures.heal.bind(generationFailures),
      logger,
    };
    this.refetch = new Refetch({ ...parts, receiver: this.found });
    const books = new SdkGatewayBooks(this.calls);
    this.handlers = options.roles.has('work')
      ? [...LANES.map((lane) => stripeHandler(lane, parts)), bookingHandler({ database: way, books, logger })]
      : [];
  }

  /** `others`: handlers of other gateways, that have their work rows where Stripe's are. */
  start(others: readonly WorkHandler<never>[] = []): void {
    this.offers.start();
    const works = this.options.roles.has('work');
    if (works) this.reconciler.start();
    this.host.start(works ? [...this.handlers, ...others] : []);
  }

  /** Ends in the order of the flow, so that nothing is taken on that could not be handed on. */
  async stop(): Promise<void> {
    await this.reconciler.stop();
    await Promise.all([this.delivered.drain(), this.found.drain()]);
    await this.offers.stop();
    await this.host.stop();
    this.calls.close();
  }
}
