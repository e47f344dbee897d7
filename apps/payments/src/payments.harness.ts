import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { type Scope, type Uuid } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { insertAppWithKey, type QueueBackendUnderTest, usePostgres } from '@signalbox/testing';
import Stripe from 'stripe';
import type { PaymentsConfig, Role } from './config.js';
import { type RunningPayments, startPayments } from './service.js';

const stripe = new Stripe('sk_test_x');

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into answers of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A signing secret as Stripe makes them. */
export const newSecret = (): string => `whsec_${randomBytes(24).toString('base64url')}`;

/** A snapshot event as Stripe posts it; `change` overrides members of it. */
export function snapshotEvent(change: Record<string, unknown> = {}): { id: string; body: string } {
  const id = `evt_${randomBytes(12).toString('hex')}`;
  const event = {
    id,
    object: 'event',
    api_version: '2026-09-30.endive',
    created: Math.floor(Date.now() / 1_000),
    data: { object: { id: `pi_${randomBytes(12).toString('hex')}`, object: 'payment_intent', amount: 4_200 } },
    livemode: false,
    type: 'payment_intent.succeeded',
    ...change,
  };
  return { id: event.id, body: JSON.stringify(event, undefined, 2) };
}

/** A thin event as Stripe posts it. */
export function thinEvent(change: Record<string, unknown> = {}): { id: string; body: string } {
  const id = `evt_${randomBytes(12).toString('hex')}`;
  const event = {
    id,
    object: 'v2.core.event',
    type: 'v1.payment_intent.succeeded',
    livemode: false,
    created: new Date().toISOString(),
    related_object: { id: 'pi_1', type: 'payment_intent', url: '/v1/payment_intents/pi_1' },
    ...change,
  };
  return { id: event.id, body: JSON.stringify(event) };
}

/** The header that Stripe's own code makes. `at`: milliseconds. */
export function signatureOf(body: string, secret: string, at = Date.now()): string {
  const timestamp = Math.floor(at / 1_000);
  return stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
}

export interface TestSource {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

/** An app of one test: tests of a file share the service and run side by side. */
export interface TestApp {
  readonly id: Uuid;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  makeSource(settings?: object): Promise<TestSource>;
}

/** The payments service of a test file, on a database of its own. It works on nothing unless it is given that role, too. */
export function usePayments(
  backend: QueueBackendUnderTest = { name: 'postgres' },
  change: Partial<PaymentsConfig> = {},
) {
  jest.setTimeout(20_000);
  let payments: RunningPayments;
  const masterKey = randomBytes(32).toString('base64');
  const logLines: string[] = [];
  // Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
  afterAll(async () => payments.close());
  const postgres = usePostgres();
  const configOf = (): PaymentsConfig => ({
    HOST: '127.0.0.1',
    PORT: 0,
    LOG_LEVEL: 'info',
    DATABASE_URL: postgres.url(),
    ...(backend.redisUrl === undefined ? {} : { REDIS_URL: backend.redisUrl }),
    QUEUE_PREFIX: '{payments-test}',
    MASTER_KEY: masterKey,
    PAYMENTS_ROLES: new Set<Role>(['edge', 'api']),
    STRIPE_RETENTION_DAYS: 40,
    RECONCILE_SECONDS: 300,
    LEGAL_HOLD_YEARS: 10,
    LEGAL_HOLD_REASON: 'the law wants it',
    ...change,
  });
  const logger = () => createLogger('payments', 'info', { write: (line) => logLines.push(line) });
  const start = (config = configOf()) => startPayments(config, logger());
  beforeAll(async () => (payments = await start()));

  const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
    (await postgres.database().query<Row>(text, params)).rows;

  const request = async (
    method: string,
    path: string,
    init: RequestInit = {},
    base = payments.url,
  ): Promise<Answer> => {
    const response = await fetch(new URL(path, base), { method, ...init });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  };

  async function makeApp(
    mode: 'live' | 'test' = 'test',
    scopes: Scope[] = ['payments:write', 'payments:read'],
  ): Promise<TestApp> {
    const { id, key } = await insertAppWithKey(postgres.database(), scopes, mode);
    const call: TestApp['call'] = (method, path, body, headers = {}) =>
      request(method, path, {
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    return {
      id,
      call,
      async makeSource(settings = {}) {
        const secret = newSecret();
        const { status, body } = await call('POST', '/v1/stripe-sources', {
          name: 'demo',
          secrets: [{ secret }],
          ...settings,
        });
        expect([status, body]).toEqual([201, expect.anything()]);
        return { id: body.id, path: body.path, secret };
      },
    };
  }

  return {
    database: () => postgres.database(),
    url: () => payments.url,
    configOf,
    start,
    sql,
    request,
    makeApp,
    logLines,
    logger,
    /** Posts a webhook as Stripe does, signed with the source's secret unless told otherwise. */
    deliver: (
      source: Pick<TestSource, 'path' | 'secret'>,
      body: string | Buffer,
      headers: Record<string, string> = {},
      base = payments.url,
    ) =>
      request(
        'POST',
        source.path,
        {
          body: typeof body === 'string' ? body : new Uint8Array(body),
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'stripe-signature': signatureOf(body.toString(), source.secret),
            ...headers,
          },
        },
        base,
      ),
    metric: async (line: string): Promise<number> => {
      const text = await (await fetch(new URL('/metrics', payments.url))).text();
      const found = text.split('\n').find((each) => each.startsWith(line));
      return Number(found?.split(' ').at(-1) ?? 0);
    },
  };
}
