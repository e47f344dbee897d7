import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { formatId, parseId, type EventType, type Scope, type Uuid } from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { createLogger } from '@signalbox/telemetry';
import {
  insertAppWithKey,
  eventually,
  startWebhookReceiver,
  usePostgres,
  type ReceivedPost,
  type ReceiverAnswer,
} from '@signalbox/testing';
import type { EventsConfig } from './config.js';
import { type RunningEvents, startEvents } from './service.js';

export interface Answer {
  readonly status: number;
  // The tests look into answers of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** A webhook endpoint on a path of its own of the test's receiver. */
export interface TestEndpoint {
  readonly id: string;
  readonly path: string;
  readonly uuid: Uuid;
  readonly secret: string;
}

/** An app of one test: tests of a file share the service and run side by side. */
export interface TestApp {
  readonly id: Uuid;
  /** `path` follows `/v1/webhook-endpoints`. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  makeEndpoint(settings?: object): Promise<TestEndpoint>;
  /** Appends a fact; answers its public id. */
  fact(type: EventType, subject?: string, data?: object): Promise<string>;
  deliveries(endpoint: TestEndpoint, query?: string): Promise<Answer['body'][]>;
  /** Brings forward whatever of this app waits for its time. */
  makeDue(): Promise<unknown>;
}

/** The events service of a test file, on a database of its own, with a receiver on loopback. `settings`: what its environment has besides, which may depend on its database. */
export function useEvents(settings: (databaseUrl: string) => Partial<EventsConfig> = () => ({})) {
  // Side by side on a busy machine, each takes the time of several.
  jest.setTimeout(20_000);
  let events: RunningEvents;
  let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
  let paths = 0;
  // Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
  afterAll(async () => {
    await receiver.close();
    await events.close();
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    const config = {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent' as const,
      DATABASE_URL: postgres.url(),
      QUEUE_PREFIX: '{webhooks-test}',
      MASTER_KEY: randomBytes(32).toString('base64'),
      WEBHOOK_RETENTION_DAYS: 30,
      WEBHOOK_ALLOW_PRIVATE: true,
      ...settings(postgres.url()),
    };
    events = await startEvents(config, createLogger('events', 'silent'));
  });

  const sql = <Row = Record<string, unknown>>(text: string, params: unknown[] = []) =>
    postgres.database().query<Row>(text, params);

  async function makeApp(
    mode: 'live' | 'test' = 'test',
    scopes: Scope[] = ['webhooks:write', 'webhooks:read'],
  ): Promise<TestApp> {
    const { id, key } = await insertAppWithKey(postgres.database(), scopes, mode);
    const call: TestApp['call'] = async (method, path, body) => {
      const response = await fetch(new URL(`/v1/webhook-endpoints${path}`, events.url), {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    };
    return {
      id,
      call,
      async makeEndpoint(settings = {}) {
        const path = `/hook-${(paths += 1)}`;
        const { status, body } = await call('POST', '', { url: `${receiver.url}${path}`, ...settings });
        expect([status, body]).toEqual([201, expect.anything()]);
        return { id: body.id, path, uuid: parseId('webhookEndpoint', body.id)!, secret: body.secret.secret };
      },
      async fact(type, subject = 'ntf_x', data = {}) {
        const [fact] = await append(postgres.database(), [{ appId: id, type, subject, data }]);
        return formatId('event', fact!);
      },
      deliveries: async (endpoint, query = '') => (await call('GET', `/${endpoint.id}/deliveries${query}`)).body.items,
      makeDue: () =>
        sql(
          'UPDATE events_work SET next_offer_at = now() WHERE app_id = $1 AND coalesce(lease_until, now()) <= now()',
          [id],
        ),
    };
  }

  return {
    database: () => postgres.database(),
    sql,
    makeApp,
    url: (path: string): string => `${receiver.url}${path}`,
    posts: ({ path }: TestEndpoint): ReceivedPost[] => receiver.postsTo(path),
    received: ({ path }: TestEndpoint) =>
      receiver.postsTo(path).map((post) => JSON.parse(post.body) as { id: string; type: string; subject: string }),
    script: ({ path }: TestEndpoint, answer: (post: ReceivedPost, turn: number) => ReceiverAnswer): void =>
      receiver.script(path, answer),
    /** Waits until everything that was appended has been taken on. */
    caughtUp: () =>
      eventually(async () => {
        const { rowCount } = await sql(
          `SELECT FROM consumer WHERE name = 'events.webhooks' AND NOT EXISTS (
             SELECT FROM event_log WHERE (xid, id) > (cursor_xid, cursor_id))`,
        );
        expect(rowCount).toBe(1);
      }),
  };
}
