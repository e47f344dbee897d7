import type { ContentCipher, CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Publisher, WorkHandler } from '@signalbox/queues';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { GatewayBreakers } from '../../limits/gateway-breakers.js';
import type { BraintreeItem } from '../../work/payments-work.js';
import { BraintreeCallLog } from './braintree-call-log.js';
import { BraintreeCalls } from './braintree-calls.js';
import { BraintreeClients } from './braintree-clients.js';
import { BraintreeGateway } from './braintree-gateway.js';
import { braintreeHandler } from './process/braintree.handler.js';
import { Transactions } from './transactions.js';
import { BraintreeEdge } from './webhooks/braintree-edge.js';
import { BraintreeEdgeFigures } from './webhooks/braintree-edge-figures.js';
import { BraintreeSources } from './webhooks/braintree-sources.js';
import { NotificationReceiver } from './webhooks/receive-notification.js';

export interface BraintreeSideOptions {
  readonly database: Database;
  /** What every notification goes through once it is kept has fixed plans, and connections of its own. */
  readonly way: Database;
  /** Connections that only webhooks use. */
  readonly edge: { readonly database: Database; readonly cipher: ContentCipher };
  readonly credentials: CredentialReader;
  readonly publisher: Publisher;
  readonly breakers: GatewayBreakers;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Everything of Braintree's inside one process: the gateway, the edge that takes webhooks, and the handler that works on them. */
export class BraintreeSide {
  readonly gateway: BraintreeGateway;
  readonly edge: BraintreeEdge;
  readonly handler: WorkHandler<BraintreeItem>;
  /** The one way to Braintree. */
  readonly calls: BraintreeCalls;
  private readonly clients: BraintreeClients;

  constructor({ database, way, edge, credentials, publisher, breakers, logger, metrics }: BraintreeSideOptions) {
    this.clients = new BraintreeClients(database, credentials);
    const calls = new BraintreeCalls(this.clients, new BraintreeCallLog(logger, metrics, breakers));
    this.calls = calls;
    this.gateway = new BraintreeGateway(calls);
    this.handler = braintreeHandler({ database: way, transactions: new Transactions(calls), logger, metrics });
    this.edge = new BraintreeEdge({
      sources: new BraintreeSources(edge.database, credentials),
      receiver: new NotificationReceiver(edge.database, edge.cipher, publisher),
      figures: new BraintreeEdgeFigures(metrics),
      logger,
    });
  }

  /** Ends connections, and with them what is under way. */
  close(): void {
    this.clients.close();
  }
}
