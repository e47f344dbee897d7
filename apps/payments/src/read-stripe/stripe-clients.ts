import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Uuid } from '@signalbox/contracts';
import { modeOfKey, type CredentialReader, type StripeCredential } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import Stripe from 'stripe';
import { AppClients, type KeptClient } from '../clients/app-clients.js';
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

/** One client of Stripe's SDK for each app. Retries are not the SDK's business. */
export class StripeClients extends AppClients<AppClient & KeptClient> {
  constructor(database: Database, credentials: CredentialReader) {
    super(database, credentials, 'stripe');
  }

  protected async open(credentialId: Uuid): Promise<(AppClient & KeptClient) | undefined> {
    const opened = await this.credentials.openStripe(this.database, credentialId);
    return opened && clientFor(opened.secret, `${opened.id} ${opened.version}`);
  }
}

function clientFor({ secretKey, publishableKey, endpoint }: StripeCredential, key: string): AppClient & KeptClient {
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
