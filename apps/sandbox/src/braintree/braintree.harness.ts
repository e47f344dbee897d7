import { eventually, startWebhookReceiver, type WebhookReceiver } from '@signalbox/testing';
import braintree from 'braintree';
import { randomUUID } from 'node:crypto';
import { SandboxHarness } from '../sandbox.harness.js';

export interface Credential {
  readonly merchantId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly merchantAccounts: Readonly<Record<string, string>>;
}

/** A webhook as the SDK gives it: kind, timestamp, and the subject under its own name. */
export interface Told {
  readonly kind: string;
  readonly timestamp: string;
  readonly [subject: string]: unknown;
}

/** One registered endpoint, and what arrived there. */
export interface Inbox {
  readonly id: string;
  readonly path: string;
  /** In the order of their arrival, each verified and parsed by the SDK. */
  told(): Promise<Told[]>;
  /** Resolves once this many have come. */
  arrivals(count: number): Promise<Told[]>;
}

/** A sandbox, Braintree's own SDK pointed at it, and a web server that takes its webhooks. */
export class BraintreeHarness {
  private constructor(
    readonly box: SandboxHarness,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<BraintreeHarness> {
    return new BraintreeHarness(await SandboxHarness.start(), await startWebhookReceiver());
  }

  async stop(): Promise<void> {
    await this.box.stop();
    await this.receiver.close();
  }

  get port(): string {
    return String(this.box.sandbox.braintreePort);
  }

  /** A merchant of its own for each test. */
  merchant(more: object = {}): Promise<Credential> {
    return this.control('POST', 'merchants', more);
  }

  sdk({ merchantId, publicKey, privateKey }: Credential, timeoutMs = 60_000): braintree.BraintreeGateway {
    const environment = new braintree.Environment('127.0.0.1', this.port, '', false, '127.0.0.1', this.port);
    const gateway = new braintree.BraintreeGateway({ environment, merchantId, publicKey, privateKey });
    (gateway.config as { timeout: number }).timeout = timeoutMs;
    return gateway;
  }

  /** One call of the control API under /v1/braintree; fails on an error. */
  async control<Answer = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.box.control(method, `/v1/braintree/${path}`, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  }

  /** Registers an endpoint that nobody is asked to prove. */
  async inbox(credential: Credential, more: object = {}): Promise<Inbox> {
    const { merchantId } = credential;
    const path = `/${randomUUID()}`;
    const registered = { merchantId, url: `${this.receiver.url}${path}`, verify: false, ...more };
    const { id } = await this.control<{ id: string }>('POST', 'endpoints', registered);
    const gateway = this.sdk(credential);
    const told = (): Promise<Told[]> =>
      Promise.all(
        this.receiver.postsTo(path).map(async ({ body }) => {
          const form = new URLSearchParams(body);
          const [signature, payload] = [form.get('bt_signature') ?? '', form.get('bt_payload') ?? ''];
          return (await gateway.webhookNotification.parse(signature, payload)) as unknown as Told;
        }),
      );
    const arrivals = (count: number): Promise<Told[]> =>
      eventually(async () => {
        const all = await told();
        if (all.length < count) throw new Error(`${all.length} of ${count} have come`);
        return all;
      });
    return { id, path, told, arrivals };
  }
}
