import { newUuid } from '@signalbox/contracts';
import type { ApnsCredential } from '@signalbox/credentials';
import type { AttemptOutcome, ProviderSession, PushMessage } from '../push-provider.js';
import type { ApnsAnswer } from './apns-answer.js';
import { apnsOutcome, type ApnsContext } from './apns-outcome.js';
import { apnsHeaders, ApnsPayloadRefused, buildApnsPayload, collapseIdFor } from './apns-payload.js';
import type { ApnsRequest, ApnsTransport, ApnsTransportOptions } from './apns-transport.js';
import type { SharedProviderToken } from './provider-token/shared-provider-token.js';

type Environment = PushMessage['device']['environment'];

const HOSTS: Readonly<Record<Environment, string>> = {
  sandbox: 'api.sandbox.push.apple.com',
  production: 'api.push.apple.com',
};

/** Far shorter than any token of a device. */
const NO_DEVICE = '00000000';
const DRY_RUN_LIFE_S = 60;

export interface ApnsSessionOptions extends Pick<ApnsTransportOptions, 'limits' | 'figures'> {
  readonly token: SharedProviderToken;
  readonly openTransport: (options: ApnsTransportOptions) => ApnsTransport;
}

/** What is sent with one credential: one provider token, and one transport to each of Apple's environments. */
export class ApnsSession implements ProviderSession {
  private readonly transports = new Map<Environment, ApnsTransport>();
  /** Topics of what was accepted, by environment; grows with the app's bundle ids, not with its devices. */
  private readonly accepted: Readonly<Record<Environment, Set<string>>> = { sandbox: new Set(), production: new Set() };
  private isClosed = false;

  constructor(
    private readonly secret: ApnsCredential,
    private readonly options: ApnsSessionOptions,
  ) {}

  get isIdle(): boolean {
    return [...this.transports.values()].every((transport) => transport.isIdle);
  }

  async send(message: PushMessage, signal?: AbortSignal): Promise<AttemptOutcome> {
    const { deliveryId, device, options } = message;
    if (options.expiresAt.getTime() <= Date.now()) return { kind: 'expired', raw: {} };
    const { bundleId } = device;
    if (bundleId === undefined) return { kind: 'suspect', reason: 'MissingTopic', alarm: true, raw: {} };
    const json = payloadOf(message);
    if (json instanceof ApnsPayloadRefused) return { kind: 'rejected', reason: json.message, raw: {} };
    const headers = apnsHeaders(options);
    const request: ApnsRequest = {
      id: deliveryId,
      deviceToken: device.target,
      topic: bundleId,
      pushType: headers['apns-push-type'],
      priority: headers['apns-priority'] === '10' ? 10 : 5,
      expiration: Math.floor(options.expiresAt.getTime() / 1000),
      // Without a key of the caller the id itself: should an unanswered attempt have arrived, its repetition
      // replaces it on the screen.
      collapseId: options.collapseKey === undefined ? deliveryId : collapseIdFor(options.collapseKey),
      json,
    };
    const answer: ApnsAnswer = this.isClosed
      ? { kind: 'unsent', code: 'CLOSED' }
      : await this.transportFor(device.environment).send(request, signal);
    const outcome = apnsOutcome(answer, {
      attempt: message.attempt,
      priority: options.priority,
      registeredAt: device.registeredAt,
      accepted: this.acceptedWhere(device.environment, bundleId),
    });
    if (outcome.kind === 'sent') this.accepted[device.environment].add(bundleId);
    return outcome;
  }

  /**
   * Asks Apple about a device that there cannot be. Its word that the token is bad comes after it took our provider token and let it
   * send for this bundle id. Nothing is delivered, and nothing is learned about any device.
   */
  async dryRun(environment: Environment, bundleId: string): Promise<ApnsAnswer> {
    if (this.isClosed) return { kind: 'unsent', code: 'CLOSED' };
    const id = newUuid();
    const expiration = Math.floor(Date.now() / 1_000) + DRY_RUN_LIFE_S;
    return this.transportFor(environment).send({
      ...{ id, deviceToken: NO_DEVICE, topic: bundleId, pushType: 'alert', priority: 5, expiration, collapseId: id },
      json: JSON.stringify({ aps: { alert: 'Dry run' } }),
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.transports.values()].map((transport) => transport.close()));
  }

  private acceptedWhere(environment: Environment, topic: string): ApnsContext['accepted'] {
    const { sandbox, production } = this.accepted;
    if (this.accepted[environment].has(topic)) return 'here';
    return sandbox.size + production.size > 0 ? 'elsewhere' : 'nowhere';
  }

  private transportFor(environment: Environment): ApnsTransport {
    const known = this.transports.get(environment);
    if (known) return known;
    const { token, openTransport, limits, figures } = this.options;
    const { endpoint } = this.secret;
    const origin = endpoint?.origin ?? `https://${HOSTS[environment]}`;
    const transport = openTransport({ origin, ca: endpoint?.ca, token: () => token.current(), limits, figures });
    this.transports.set(environment, transport);
    return transport;
  }
}

function payloadOf(message: PushMessage): string | ApnsPayloadRefused {
  try {
    return buildApnsPayload(message).json;
  } catch (error) {
    if (error instanceof ApnsPayloadRefused) return error;
    throw error;
  }
}
