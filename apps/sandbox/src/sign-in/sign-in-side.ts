import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance } from 'fastify';
import { randomInt } from 'node:crypto';
import { Dispatcher } from '../deliver/dispatcher.js';
import { Poster } from '../deliver/post.js';
import type { ProviderKeys } from '../identity/provider-keys.js';
import type { StateDirectory } from '../identity/state-directory.js';
import { RequestLog } from '../recording/request-log.js';
import { portInUse } from '../transport/listen.js';
import { Random } from '../world/random.js';
import { createApiServer } from './api/api-server.js';
import { SignInExchange } from './api/exchange.js';
import { type CallFilter, matchesCall, type ReceivedCall } from './api/received-call.js';
import { EventCarrier } from './deliver/carrier.js';
import { type EventFilter, matchesEvent, type SentEvent } from './deliver/delivery-log.js';
import type { Parcel, Receiver } from './deliver/receiver.js';
import { Receivers } from './deliver/receivers.js';
import { Providers } from './providers/providers.js';
import { SigningKeys } from './tokens/signing-keys.js';

const REMEMBERED = 100_000;
const REMEMBERED_BYTES = 64 * 1024 * 1024;

/** Everybody that people can sign in with: Google, Apple and any other, their security events, and what goes wrong. */
export class SignInSide {
  readonly calls = new RequestLog<ReceivedCall, CallFilter>(REMEMBERED, REMEMBERED_BYTES, matchesCall);
  readonly deliveries = new RequestLog<SentEvent, EventFilter>(REMEMBERED, REMEMBERED_BYTES, matchesEvent);
  readonly receivers = new Receivers();
  readonly providers: Providers;
  readonly dispatcher: Dispatcher<Receiver, Parcel>;
  private readonly server: FastifyInstance;
  private readonly poster = new Poster();
  private readonly random = new Random(randomInt(2 ** 32));

  private constructor(
    keys: SigningKeys,
    /** Of developers' teams at Apple: one key is good for notifications and for signing in. */
    readonly teamKeys: ProviderKeys,
    logger: Logger,
  ) {
    this.dispatcher = new Dispatcher(() => this.random, new EventCarrier(this.deliveries, this.poster));
    this.providers = new Providers(keys, teamKeys.demoCredential().teamId);
    this.server = createApiServer(new SignInExchange(this.providers, teamKeys, this.calls), logger);
  }

  static async open(state: StateDirectory, teamKeys: ProviderKeys, logger: Logger): Promise<SignInSide> {
    return new SignInSide(await SigningKeys.open(state), teamKeys, logger);
  }

  /** Answers the port in use. */
  async listen(port: number, host: string): Promise<number> {
    await this.server.listen({ port, host });
    return portInUse(this.server.server.address(), port);
  }

  /** Everything but the keys is as at the start. */
  reset(): void {
    this.dispatcher.reset();
    for (const { id } of this.receivers.all()) this.receivers.remove(id);
    for (const provider of this.providers.all()) provider.forget();
    this.calls.clear();
    this.deliveries.clear();
  }

  async stop(): Promise<void> {
    this.dispatcher.reset();
    this.poster.close();
    await this.server.close();
  }
}
