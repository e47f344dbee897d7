import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { ContentCipher, CredentialReader, Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { createLogger, createMetrics, type Logger, type Metrics } from '@signalbox/telemetry';
import { insertApp, usePostgres } from '@signalbox/testing';
import { CallLog } from './read-stripe/call-log.js';
import { StripeCalls } from './read-stripe/stripe-calls.js';
import { StripeClients } from './read-stripe/stripe-clients.js';
import { startStripeStandIn, type StripeStandIn } from './stripe-stand-in.harness.js';
import { GatewayBreakers } from './limits/gateway-breakers.js';

/** Apps with keys of a Stripe that a test plays, on a database of the test's own. */
export interface StripeApi {
  database(): Database;
  databaseUrl(): string;
  stripe(): StripeStandIn;
  /** What was logged, as JSON. */
  readonly logLines: string[];
  readonly logger: Logger;
  cipher(): ContentCipher;
  /** An app without keys, unless there is one. */
  makeApp(secretKey?: string, mode?: 'live' | 'test'): Promise<Uuid>;
  putKey(appId: Uuid, secretKey: string): Promise<void>;
  /** Another process' calls. */
  calls(metrics?: Metrics): StripeCalls;
}

export const KEY = 'sk_test_of_the_stand_in';

export function useStripeApi(): StripeApi {
  let stripe: StripeStandIn;
  const made: StripeCalls[] = [];
  afterAll(async () => {
    for (const calls of made) calls.close();
    await stripe.close();
  });
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const logLines: string[] = [];
  const logger = createLogger('payments', 'info', { write: (line) => logLines.push(line) });
  beforeAll(async () => {
    stripe = await startStripeStandIn();
  });
  const database = (): Database => postgres.database();

  async function putKey(appId: Uuid, secretKey: string): Promise<void> {
    const endpoint = { origin: stripe.origin };
    await saveCredential(database(), envelope, { appId, provider: 'stripe', secret: { secretKey, endpoint } });
  }

  return {
    database,
    databaseUrl: () => postgres.url(),
    stripe: () => stripe,
    logLines,
    logger,
    cipher: () => new ContentCipher(database(), envelope),
    putKey,
    async makeApp(secretKey, mode = 'test') {
      const id = await insertApp(database(), mode);
      if (secretKey !== undefined) await putKey(id, secretKey);
      return id;
    },
    calls(metrics = createMetrics('payments')) {
      const clients = new StripeClients(database(), new CredentialReader(envelope));
      const log = new CallLog(logger, metrics, new GatewayBreakers(database(), logger));
      const calls = new StripeCalls(clients, log, 'events');
      made.push(calls);
      return calls;
    },
  };
}
