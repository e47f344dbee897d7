import type { Logger } from '@signalbox/telemetry';
import { randomInt } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Dispatcher } from '../deliver/dispatcher.js';
import { Poster } from '../deliver/post.js';
import { ApiFaults } from '../faults/api-faults.js';
import { RequestLog } from '../recording/request-log.js';
import { portInUse } from '../transport/listen.js';
import { Clock } from '../world/clock.js';
import { Random } from '../world/random.js';
import { createApiServer } from './api/api-server.js';
import { ApiExchange } from './api/exchange.js';
import { type CallFilter, matchesCall, type ReceivedCall } from './api/received-call.js';
import { FormCarrier } from './deliver/carrier.js';
import { matchesWebhook, type SentWebhook, type WebhookFilter } from './deliver/delivery-log.js';
import type { Endpoint, Parcel } from './deliver/endpoint.js';
import { Endpoints } from './deliver/endpoints.js';
import { Publisher } from './deliver/publisher.js';
import { type ApiBehaviour, ORDINARY_API } from './faults/api-behaviour.js';
import { ROUTES } from './routes.js';
import type { Merchant } from './world/merchant.js';
import { Merchants } from './world/merchants.js';

const REMEMBERED = 100_000;
const REMEMBERED_BYTES = 64 * 1024 * 1024;

/** The whole of Braintree: its merchants, its API, its webhooks, and what is to go wrong with them. */
export class BraintreeSide {
  readonly clock = new Clock();
  readonly faults = new ApiFaults<ApiBehaviour>(ORDINARY_API);
  readonly endpoints = new Endpoints();
  readonly calls = new RequestLog<ReceivedCall, CallFilter>(REMEMBERED, REMEMBERED_BYTES, matchesCall);
  readonly deliveries = new RequestLog<SentWebhook, WebhookFilter>(REMEMBERED, REMEMBERED_BYTES, matchesWebhook);
  readonly merchants: Merchants;
  readonly dispatcher: Dispatcher<Endpoint, Parcel>;
  readonly publisher: Publisher;
  private readonly server: FastifyInstance;
  private readonly exchange: ApiExchange;
  private readonly poster = new Poster();
  private random = new Random(randomInt(2 ** 32));

  constructor(logger: Logger) {
    this.dispatcher = new Dispatcher(() => this.random, new FormCarrier(this.deliveries, this.poster));
    this.publisher = new Publisher(this.endpoints, this.dispatcher);
    this.merchants = new Merchants({
      now: () => this.clock.now(),
      publish: (merchant, notification) => this.publisher.publish(merchant, notification),
    });
    this.exchange = new ApiExchange(this.merchants, this.faults, this.calls);
    this.server = createApiServer(ROUTES, this.exchange, logger);
  }

  /** Where clients reach the API. */
  get origin(): string {
    return this.exchange.origin;
  }

  set origin(origin: string) {
    this.exchange.origin = origin;
  }

  /** Answers the port in use. */
  async listen(port: number, host: string): Promise<number> {
    await this.server.listen({ port, host });
    return portInUse(this.server.server.address(), port);
  }

  /** From here on chances come out as they did after the last call with this seed. */
  seed(seed: number): void {
    this.random = new Random(seed);
  }

  /** What one merchant has; or everything, with what was scripted and remembered, and all merchants but the demo's. */
  reset(merchant?: Merchant): void {
    const endpoints = merchant ? this.endpoints.of(merchant.id) : this.endpoints.all();
    for (const endpoint of endpoints) this.endpoints.remove(endpoint);
    if (merchant) return merchant.forget();
    this.dispatcher.reset();
    this.merchants.forgetAll();
    this.faults.behaviour = ORDINARY_API;
    this.clock.release();
    this.calls.clear();
    this.deliveries.clear();
  }

  async stop(): Promise<void> {
    this.dispatcher.reset();
    this.poster.close();
    await this.server.close();
  }
}
