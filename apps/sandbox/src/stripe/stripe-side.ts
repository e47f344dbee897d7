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
import { IdempotencyKeys } from './api/idempotency-keys.js';
import { type CallFilter, matchesCall, type ReceivedCall } from './api/received-call.js';
import { BILLING_REACTIONS } from './billing/reactions.js';
import { StripeCarrier } from './deliver/carrier.js';
import { type DeliveryFilter, matchesDelivery, type SentDelivery } from './deliver/delivery-log.js';
import type { Endpoint } from './deliver/endpoint.js';
import { Endpoints } from './deliver/endpoints.js';
import type { Parcel } from './deliver/parcel.js';
import { Publisher } from './deliver/publisher.js';
import { generationFailure } from './events/thin-event.js';
import { type ApiBehaviour, ORDINARY_API } from './faults/api-behaviour.js';
import { CliSessions } from './listen/cli-sessions.js';
import { CliSockets } from './listen/cli-sockets.js';
import type { Shown } from './objects/stripe-object.js';
import { addAuthenticationPage } from './payments/authentication-page.js';
import { routesOf } from './routes.js';
import type { Account } from './world/account.js';
import { Accounts } from './world/accounts.js';

const REMEMBERED = 100_000;
const REMEMBERED_BYTES = 64 * 1024 * 1024;

/** The whole of Stripe: its accounts, its API, its webhooks, and what is to go wrong with them. */
export class StripeSide {
  readonly clock = new Clock();
  readonly faults = new ApiFaults<ApiBehaviour>(ORDINARY_API);
  readonly endpoints = new Endpoints();
  readonly calls = new RequestLog<ReceivedCall, CallFilter>(REMEMBERED, REMEMBERED_BYTES, matchesCall);
  readonly deliveries = new RequestLog<SentDelivery, DeliveryFilter>(REMEMBERED, REMEMBERED_BYTES, matchesDelivery);
  readonly accounts: Accounts;
  readonly dispatcher: Dispatcher<Endpoint, Parcel>;
  readonly publisher: Publisher;
  private readonly server: FastifyInstance;
  private readonly keys = new IdempotencyKeys();
  private readonly exchange: ApiExchange;
  private readonly poster = new Poster();
  private readonly sessions = new CliSessions();
  private readonly sockets = new CliSockets(this.sessions, this.endpoints);
  private random = new Random(randomInt(2 ** 32));

  constructor(logger: Logger) {
    this.dispatcher = new Dispatcher(() => this.random, new StripeCarrier(this.deliveries, this.poster, this.sockets));
    this.publisher = new Publisher(this.endpoints, this.dispatcher);
    this.accounts = new Accounts({
      now: () => this.clock.now(),
      isGenerated: (account, type, object) => this.isGenerated(account, type, object),
      publish: (account, event) => this.publisher.publish(account, event),
      react: (account, type, object) => BILLING_REACTIONS[type]?.(account, object),
    });
    this.exchange = new ApiExchange(this.accounts, this.faults, this.keys, this.calls);
    this.server = createApiServer(routesOf(this.endpoints, this.sessions), this.exchange, logger);
    addAuthenticationPage(this.server, this.accounts);
    this.server.server.on('upgrade', (request, socket, head) => this.sockets.upgrade(request, socket, head));
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

  /** An event could not be generated: who listens to health events learns of it. */
  tellGenerationFailure(account: Account, type: string, object: Shown): void {
    const event = generationFailure(type, object, account.platform && account.id, account.now());
    account.thinEvents.push(event);
    this.publisher.publishThin(account, event);
  }

  /** Everything of one account, or of all of them together with what was scripted and remembered. */
  reset(account?: Account): void {
    if (account) {
      this.endpoints.forget(({ accountId, source }) => accountId === account.id && source !== 'cli');
      this.keys.forget(account.id);
      this.accounts.forget(account);
      return;
    }
    this.dispatcher.reset();
    this.endpoints.forget(({ source }) => source !== 'cli');
    this.keys.forgetAll();
    this.accounts.forgetAll();
    this.faults.behaviour = ORDINARY_API;
    this.clock.release();
    this.calls.clear();
    this.deliveries.clear();
  }

  async stop(): Promise<void> {
    this.dispatcher.reset();
    this.sockets.close();
    this.poster.close();
    await this.server.close();
  }

  private isGenerated(account: Account, type: string, object: Shown): boolean {
    const { ungenerated } = this.faults.behaviour;
    if (ungenerated === 0 || !this.random.chance(ungenerated)) return true;
    this.tellGenerationFailure(account, type, object);
    return false;
  }
}
