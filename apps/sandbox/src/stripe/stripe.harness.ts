import { eventually, type ReceivedPost, startWebhookReceiver, type WebhookReceiver } from '@signalbox/testing';
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { SandboxHarness } from '../sandbox.harness.js';

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly object: Record<string, unknown>; readonly previous_attributes?: Record<string, unknown> };
}

/** One registered endpoint, and what arrived there. */
export interface Inbox {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
  /** In the order of their arrival. */
  bodies(): string[];
  events(): SentEvent[];
  types(): string[];
  /** Resolves once an event of this type has arrived. */
  arrival(type: string): Promise<SentEvent>;
}

/** A sandbox, Stripe's own SDK pointed at it, and a web server that takes its webhooks. */
export class StripeHarness {
  private constructor(
    readonly box: SandboxHarness,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<StripeHarness> {
    return new StripeHarness(await SandboxHarness.start(), await startWebhookReceiver());
  }

  async stop(): Promise<void> {
    await this.box.stop();
    await this.receiver.close();
  }

  get port(): number {
    return this.box.sandbox.stripePort;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Each call names an account of its own unless it is given a key. */
  key(): string {
    return `sk_test_${randomUUID().replaceAll('-', '')}`;
  }

  sdk(key = this.key(), settings: ConstructorParameters<typeof Stripe>[1] = {}): Stripe {
    const at = { host: '127.0.0.1', port: this.port, protocol: 'http' } as const;
    return new Stripe(key, { ...at, maxNetworkRetries: 0, telemetry: false, ...settings });
  }

  /** One call of the control API under /v1/stripe; fails on an error. */
  async control<Answer = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.box.control(method, `/v1/stripe/${path}`, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  }

  /** Registers an endpoint of this account. */
  async inbox(key: string, more: object = {}): Promise<Inbox> {
    const path = `/${randomUUID()}`;
    const url = `${this.receiver.url}${path}`;
    const { id, secret } = await this.control<{ id: string; secret: string }>('POST', 'endpoints', {
      key,
      url,
      ...more,
    });
    const bodies = (): string[] => this.receiver.postsTo(path).map(({ body }) => body);
    const events = (): SentEvent[] => bodies().map((body) => JSON.parse(body) as SentEvent);
    const types = (): string[] => events().map(({ type }) => type);
    const arrival = (type: string): Promise<SentEvent> =>
      eventually(() =>
        there(
          events().find((event) => event.type === type),
          type,
        ),
      );
    return { id, path, secret, bodies, events, types, arrival };
  }

  /** Resolves with the first post to this path, once it is there. */
  async post(path: string, within = 5_000): Promise<ReceivedPost> {
    return eventually(() => there(this.receiver.postsTo(path)[0], path), { within });
  }

  /** The card error, or whatever else the SDK threw. */
  async refusal(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Stripe.errors.StripeError)) throw new Error('Stripe did not refuse', { cause: error });
    return error;
  }
}

/** @throws while it is not there. */
export function there<Found>(found: Found | null | undefined, what: string): Found {
  if (found === undefined || found === null) throw new Error(`${what} has not come yet`);
  return found;
}
