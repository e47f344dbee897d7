import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Uuid } from '@signalbox/contracts';
import { modeOfKey, type CredentialReader, type StripeCredential } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import Stripe from 'stripe';
import { STRIPE_API_VERSION } from './api-version.js';

/** Milliseconds in which Stripe has to say something. */
const SILENCE_MS = 10_000;

/** The SDK with the keys of one app. */
export interface AppClient {
  readonly sdk: Stripe;
  /** The mode that its key is of. */
  readonly livemode: boolean;
  /** What the app on the phone shows itself with, if the app's credential has it. */
  readonly publishableKey: string | undefined;
  /** Changes when the keys do. */
  readonly key: string;
}

interface KeptClient extends AppClient {
  readonly agent: HttpAgent;
}

/** One client of Stripe's SDK for each app, made anew when its keys were rotated. Retries are not the SDK's business. */
export class StripeClients {
  private readonly byApp = new Map<Uuid, KeptClient>();
  /** Of clients that were replaced, which may have something under way. */
  private readonly retired: HttpAgent[] = [];

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialReader,
  ) {}

  /** Undefined when the app has no keys. @throws SealBroken when they cannot be opened. */
  async of(appId: Uuid): Promise<AppClient | undefined> {
    const versions = await this.credentials.byAppAndProvider(this.database, [appId], 'stripe');
    const current = versions.get(appId);
    if (current === undefined) return undefined;
    const key = `${current.id} ${current.version}`;
    const known = this.byApp.get(appId);
    if (known?.key === key) return known;
    const opened = await this.credentials.openStripe(this.database, current.id);
    if (opened === undefined) return undefined;
    const made = clientFor(opened.secret, `${opened.id} ${opened.version}`);
    const replaced = this.byApp.get(appId);
    if (replaced !== undefined) this.retired.push(replaced.agent);
    this.byApp.set(appId, made);
    return made;
  }

  /** Ends connections, and with them what is under way. */
  close(): void {
    for (const agent of [...this.retired, ...[...this.byApp.values()].map((client) => client.agent)]) agent.destroy();
    this.byApp.clear();
  }
}

function clientFor({ secretKey, publishableKey, endpoint }: StripeCredential, key: string): KeptClient {
  const origin = endpoint === undefined ? undefined : new URL(endpoint.origin);
  const protocol = origin?.protocol === 'http:' ? 'http' : 'https';
  const agent = protocol === 'http' ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  const sdk = new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 0,
    timeout: SILENCE_MS,
    telemetry: false,
    httpAgent: agent,
    ...(origin !== undefined && {
      protocol,
      host: origin.hostname,
      port: origin.port === '' ? (protocol === 'http' ? 80 : 443) : Number(origin.port),
    }),
  });
  return { sdk, livemode: modeOfKey(secretKey) === 'live', publishableKey, key, agent };
}
