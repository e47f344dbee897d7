import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventType, type FeedAnswer, type Scope, type Uuid, formatId, newUuid } from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { createLogger } from '@signalbox/telemetry';
import { insertAppWithKey, eventually, usePostgres } from '@signalbox/testing';
import { type RunningEvents, startEvents } from './service.js';

const OPERATOR = `sbo_${randomBytes(32).toString('base64url')}`;

// Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
afterAll(() => events.close());
const postgres = usePostgres();
let events: RunningEvents;

beforeAll(async () => {
  const config = {
    HOST: '127.0.0.1',
    PORT: 0,
    LOG_LEVEL: 'silent',
    DATABASE_URL: postgres.url(),
    OPERATOR_TOKEN: OPERATOR,
    QUEUE_PREFIX: '{events-test}',
    MASTER_KEY: randomBytes(32).toString('base64'),
    WEBHOOK_RETENTION_DAYS: 30,
    WEBHOOK_ALLOW_PRIVATE: false,
  };
  events = await startEvents({ ...config, LOG_LEVEL: 'silent' }, createLogger('events', 'silent'));
});

interface Caller {
  readonly appId: Uuid;
  readonly key: string;
}

async function caller(scopes: Scope[] = ['events:read']): Promise<Caller> {
  const { id: appId, key } = await insertAppWithKey(postgres.database(), scopes);
  return { appId, key };
}

/** Appends facts of one app, and waits until no transaction holds the feed back from them. */
async function facts(appId: Uuid, ...made: { type: EventType; subject?: string }[]): Promise<string[]> {
  const database = postgres.database();
  const ids: Uuid[] = [];
  for (const { type, subject = 'app_x' } of made)
    ids.push(...(await append(database, [{ appId, type, subject, data: { n: ids.length } }])));
  await eventually(async () => {
    const { rowCount } = await database.query(
      'SELECT FROM event_log WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())',
    );
    expect(rowCount).toBe(0);
  });
  return ids.map((id) => formatId('event', id));
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: FeedAnswer & { readonly code?: string; readonly errors?: unknown[] };
}

async function get(path: string, key?: string): Promise<Answer> {
  const response = await fetch(
    new URL(path, events.url),
    key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } },
  );
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as Answer['body'],
  };
}

const idsOf = (answer: Answer): string[] => answer.body.events.map((event) => event.id);

describe('GET /v1/events', () => {
  let mine: Caller;
  let theirs: Caller;
  beforeEach(async () => {
    await postgres.database().query('TRUNCATE event_log');
    [mine, theirs] = await Promise.all([caller(), caller()]);
  });

  it("pages through the caller's own events in order, and says when there is no more", async () => {
    const ids = await facts(mine.appId, { type: 'app.created' }, { type: 'api_key.created' }, { type: 'app.created' });
    await facts(theirs.appId, { type: 'app.created' });

    const first = await get('/v1/events?limit=2', mine.key);
    expect(first).toMatchObject({ status: 200, body: { caughtUp: false } });
    expect(first.body.events[0]).toMatchObject({
      id: ids[0],
      source: `/apps/${formatId('app', mine.appId)}`,
      data: { n: 0 },
    });
    const second = await get(`/v1/events?limit=2&after=${first.body.next}`, mine.key);
    expect(second.body.caughtUp).toBe(true);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);

    expect((await get(`/v1/events?after=${second.body.next}`, mine.key)).body).toMatchObject({
      events: [],
      caughtUp: true,
    });
  });

  it('filters by types, repeated or separated by commas, and by subject', async () => {
    const [created, keyed, revoked] = await facts(
      mine.appId,
      { type: 'app.created', subject: 'app_1' },
      { type: 'api_key.created', subject: 'key_1' },
      { type: 'api_key.revoked', subject: 'key_1' },
    );
    expect(idsOf(await get('/v1/events?type=app.created,api_key.created', mine.key))).toEqual([created, keyed]);
    expect(idsOf(await get('/v1/events?type=app.created&type=api_key.revoked', mine.key))).toEqual([created, revoked]);
    expect(idsOf(await get('/v1/events?subject=key_1', mine.key))).toEqual([keyed, revoked]);
    expect(idsOf(await get('/v1/events?subject=key_1&type=api_key.revoked', mine.key))).toEqual([revoked]);
    expect(idsOf(await get('/v1/events?subject=key_1', theirs.key))).toEqual([]);
  });

  it('gives what comes from now on when asked to', async () => {
    await facts(mine.appId, { type: 'app.created' });
    const now = await get('/v1/events?after=now', mine.key);
    expect(now.body).toMatchObject({ events: [], caughtUp: true });
    const coming = await facts(mine.appId, { type: 'api_key.created' });
    expect(idsOf(await get(`/v1/events?after=${now.body.next}`, mine.key))).toEqual(coming);
  });

  it('names what is wrong with a query', async () => {
    const wrong: [string, string][] = [
      ['after=rubbish', '/after'],
      [`after=${'x'.repeat(500)}`, '/after'],
      ['after=a&after=b', '/after'],
      ['limit=0', '/limit'],
      ['limit=501', '/limit'],
      ['limit=many', '/limit'],
      ['type=', '/type'],
      ['type=app.created,app.destroyed', '/type'],
      ['subject=', '/subject'],
      ['subject=%00', '/subject'],
      ['offset=10', '/offset'],
    ];
    for (const [query, pointer] of wrong) {
      const answer = await get(`/v1/events?${query}`, mine.key);
      expect([query, answer.status, answer.type]).toEqual([
        query,
        422,
        expect.stringContaining('application/problem+json'),
      ]);
      expect(answer.body.errors).toEqual([expect.objectContaining({ in: 'query', pointer })]);
    }
  });

  it('answers 410 and what to do for a cursor from before a restore', async () => {
    const { body } = await get('/v1/events', mine.key);
    await postgres.database().query('UPDATE feed_generation SET generation = gen_random_uuid()');
    const answer = await get(`/v1/events?after=${body.next}`, mine.key);
    expect(answer).toMatchObject({
      status: 410,
      body: { code: 'cursor_expired', detail: expect.stringContaining('without `after`') },
    });
  });
});

describe('GET /v1/events/{id}', () => {
  it("shows an event to its app, and denies it to everyone else's", async () => {
    const [mine, theirs] = [await caller(), await caller()];
    const [id] = await facts(mine.appId, { type: 'app.created' });
    expect(await get(`/v1/events/${id}`, mine.key)).toMatchObject({ status: 200, body: { id, type: 'app.created' } });
    for (const [unseen, key] of [
      [id, theirs.key],
      [formatId('event', newUuid()), mine.key],
      [formatId('app', mine.appId), mine.key],
      ['rubbish', mine.key],
    ]) {
      expect(await get(`/v1/events/${unseen}`, key)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });
});

describe('the events service', () => {
  it('lets nobody in without a key that may read events', async () => {
    const stranger = await caller(['notifications:write']);
    for (const path of ['/v1/events', `/v1/events/${formatId('event', newUuid())}`]) {
      expect((await get(path)).status).toBe(401);
      expect(await get(path, stranger.key)).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
      expect(await get(path, OPERATOR)).toMatchObject({ status: 403, body: { code: 'app_key_required' } });
    }
  });

  it('has made the partitions of the coming week before it answers, and says how the log is', async () => {
    const { rows } = await postgres
      .database()
      .query(`SELECT count(*)::int AS days FROM pg_inherits WHERE inhparent = 'event_log'::regclass`);
    expect(rows).toEqual([{ days: 1 + 8 }]);
    expect(await get('/health/ready')).toMatchObject({ status: 200, body: { checks: { database: 'ok' } } });
    const metrics = await (await fetch(new URL('/metrics', events.url))).text();
    expect(metrics).toMatch(/^event_feed_horizon_seconds\{service="events"\} [\d.]+$/m);
    expect(metrics).toMatch(/^event_log_default_partition_rows\{service="events"\} 0$/m);
  });
});
