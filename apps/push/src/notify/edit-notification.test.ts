import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Explanation,
  formatId,
  type NotificationAccepted,
  type NotificationEdited,
  newUuid,
  type NotificationView,
  type ProblemBody,
  QUEUES,
  type Uuid,
  uuidFromTimeAndTail,
} from '@signalbox/contracts';
import { ContentCipher } from '@signalbox/credentials';
import { append } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend, WorkHost } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { type PushRoutes, usePushRoutes } from '../push-routes.harness.js';
import { routeHandler } from '../route/route.handler.js';
import { TemplateReader } from '../templates/template-reader.js';
import { JustRead } from '../work/just-read.js';
import { pushWork, type RouteItem } from '../work/push-work.js';
import { Acceptor } from './acceptor.js';
import { cancelWithin } from './cancel-notification.js';
import { Composer } from './composer.js';
import { Notifications } from './notifications.js';
import { NotifyModule } from './notify.module.js';
import { Figures } from '../figures/figures.js';
import { QuotaLots } from '../quotas/quota-lots.js';
import { Quotas } from '../quotas/quotas.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As where outcomes are kept for forty days. */
const DAYS_AHEAD = 10;
const NO_LIMITS = { of: () => undefined, generation: 0 };

describe('a change of a notification that waits', () => {
  let backend: QueueBackend;
  afterAll(() => backend.close());
  let cipher: ContentCipher;
  let publisher: Publisher;
  let host: WorkHost;
  const routes: PushRoutes = usePushRoutes((database, envelope) => {
    const logger = createLogger('push', 'silent');
    backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{edits}', logger });
    publisher = new Publisher(backend, logger);
    cipher = new ContentCipher(database, envelope);
    host = new WorkHost({ database, store: pushWork, backend, logger, metrics: createMetrics('test') });
    const [acceptor, composer] = [
      new Acceptor(database, publisher, new Figures()),
      new Composer(new TemplateReader(database)),
    ];
    const quotas = new Quotas(database, new QuotaLots(database, logger), NO_LIMITS);
    return [NotifyModule.with(new Notifications(acceptor, cipher, database, composer, DAYS_AHEAD, quotas))];
  });
  let appId: Uuid;
  let key: string;
  beforeAll(async () => {
    appId = (await routes.makeApp()).id;
    key = await routes.makeKey(appId, 'secret', ['notifications:read', 'notifications:write']);
  });

  interface Waiting {
    readonly id: Uuid;
    readonly data: NotificationAccepted;
  }

  /** Notifications in one work row, due in an hour, to live for a minute then. */
  async function waiting(
    count: number,
    details: Partial<NotificationAccepted> = {},
    { at = Date.now(), c }: { at?: number; c?: Uuid } = {},
  ): Promise<Waiting[]> {
    const root = newUuid();
    const sendAt = Date.now() + HOUR_MS;
    const data: NotificationAccepted = {
      ...{ root, lane: 'bulk', to: { userId: 'ann' }, sendAt: new Date(sendAt).toISOString() },
      ...{ expiresAt: new Date(sendAt + 60_000).toISOString(), ...details },
    };
    const made = Array.from({ length: count }, () => ({ id: uuidFromTimeAndTail(at, randomBytes(10)), data }));
    const sealed = await cipher.encrypt(appId, Buffer.from('{"body":"old words"}'));
    const facts = made.map(({ id }) => ({ id, subject: formatId('notification', id) }));
    await append(
      routes.database(),
      facts.map((fact) => ({ ...fact, appId, type: 'notification.accepted', data, ...sealed })),
    );
    const items = made.map(({ id: n }): RouteItem => ({ n, ...(c !== undefined && { c }) }));
    const work = { id: root, rootId: root, queue: QUEUES.routeBulk, lane: 'bulk', items, delay: HOUR_MS } as const;
    await pushWork.enqueue(routes.database(), [work]);
    return made;
  }
  const call = <Body = NotificationView & Omit<ProblemBody, 'status'>>(
    method: string,
    id: Uuid,
    rest = '',
    body?: object,
  ) => routes.call<Body>(method, `/v1/notifications/${formatId('notification', id)}${rest}`, key, body);
  const edit = (id: Uuid, change: object) => call('PATCH', id, '', change);
  const editsOf = async (id: Uuid) =>
    (
      await routes
        .database()
        .query<{ id: Uuid; payload: NotificationEdited }>(
          `SELECT id, payload FROM event_log WHERE subject = $1 AND type = 'notification.edited' ORDER BY id`,
          [formatId('notification', id)],
        )
    ).rows;
  const itemsOf = async ({ data: { root } }: Waiting) =>
    (
      await routes
        .database()
        .query<{ items: RouteItem[] }>('SELECT items FROM push_work WHERE root_id = $1 ORDER BY id', [root])
    ).rows.map(({ items }) => items);

  /** Holds the work row until so many changes wait for it. What `meanwhile` does is committed before they go on. */
  async function whileHeld<Answer>(
    { data: { root } }: Waiting,
    changes: () => Promise<Answer>[],
    meanwhile: Parameters<ReturnType<typeof routes.database>['transaction']>[0] = () => Promise.resolve(),
  ): Promise<Answer[]> {
    const begun = await routes.database().transaction(async (tx) => {
      await tx.query('SELECT FROM push_work WHERE root_id = $1 FOR UPDATE', [root]);
      const answers = changes();
      await eventually(async () => {
        const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        expect((await routes.database().query(waits)).rows).toHaveLength(answers.length);
      });
      await meanwhile(tx);
      return { answers };
    });
    return Promise.all(begun.answers);
  }

  it('does not bring back what was cancelled while it waited, beside others', async () => {
    const [kept, cancelled] = (await waiting(2)) as [Waiting, Waiting];
    const [answer] = await whileHeld(
      kept,
      () => [edit(cancelled.id, { content: { body: 'new words' } })],
      (tx) => cancelWithin(tx, appId, cancelled.id, cancelled.data),
    );
    expect(answer).toMatchObject({ status: 409, body: { code: 'already_routed' } });
    expect(await itemsOf(kept)).toEqual([[{ n: kept.id }]]);
    expect((await call('GET', cancelled.id)).body.status).toBe('cancelled');
  });

  it('is made of the other one where two come at once, and the notification stays one', async () => {
    const [one, other] = (await waiting(2)) as [Waiting, Waiting];
    const changes = [{ category: 'news' }, { collapseKey: 'last' }, { priority: 'transactional' }, { ttlSeconds: 90 }];
    const answers = await whileHeld(one, () => changes.map((options) => edit(one.id, { options })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const edits = await editsOf(one.id);
    expect(edits).toHaveLength(4);
    expect(edits.at(-1)!.payload).toMatchObject({ category: 'news', collapseKey: 'last', lane: 'transactional' });
    const items = await itemsOf(one);
    expect(items).toEqual([[{ n: other.id }], [{ n: one.id, c: edits.at(-1)!.id }]]);
  });

  it('sorts behind what it changes, and finds what was changed before, though clocks are apart', async () => {
    const [ahead] = (await waiting(1, {}, { at: Date.now() + 60_000 })) as [Waiting];
    const made = [edit(ahead.id, { options: { category: 'one' } }), edit(ahead.id, { options: { category: 'two' } })];
    expect((await Promise.all(made)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await editsOf(ahead.id)).every(({ id }) => id > ahead.id)).toBe(true);

    const behind = uuidFromTimeAndTail(Date.now() - 60_000, randomBytes(10));
    const [edited] = (await waiting(1, {}, { c: behind })) as [Waiting];
    const { root: _, ...whole } = edited.data;
    const data = { ...whole, category: 'old', changed: ['category'] };
    const sealed = await cipher.encrypt(appId, Buffer.from('{"body":"words between"}'));
    const subject = formatId('notification', edited.id);
    await append(routes.database(), [{ id: behind, appId, type: 'notification.edited', subject, data, ...sealed }]);
    expect(await edit(edited.id, { options: { collapseKey: 'new' } })).toMatchObject({
      status: 200,
      body: { category: 'old' },
    });
  });

  it('is given up where what it is made of is never what waits', async () => {
    const [strange] = (await waiting(1, {}, { c: newUuid() })) as [Waiting];
    expect(await edit(strange.id, { options: { category: 'news' } })).toMatchObject({ status: 503 });
  });

  it('to at once lets it live as long as it was to live, from then on', async () => {
    const [old] = (await waiting(1, {}, { at: Date.now() - 5 * HOUR_MS })) as [Waiting];
    const lifeOf = ({ sendAt, expiresAt }: NotificationView) => Date.parse(expiresAt) - Date.parse(sendAt as string);
    const now = await edit(old.id, { options: { sendAt: null } });
    expect(Math.abs(Date.parse(now.body.sendAt as string) - Date.now())).toBeLessThan(30_000);
    expect([now.status, now.body.status, lifeOf(now.body)]).toEqual([200, 'accepted', 60_000]);
    const passed = await edit(old.id, { options: { sendAt: '2020-01-01T00:00:00Z' } });
    expect(lifeOf(passed.body)).toBe(60_000);
    const later = await edit(old.id, { options: { sendAt: new Date(Date.now() + HOUR_MS).toISOString() } });
    expect([later.body.status, lifeOf(later.body)]).toEqual(['scheduled', 60_000]);
  });

  it('cannot put it off beyond what is kept since it was accepted', async () => {
    const acceptedAt = Date.now() - 5 * DAY_MS;
    const [old] = (await waiting(1, {}, { at: acceptedAt })) as [Waiting];
    const inDays = (days: number) => ({ options: { sendAt: new Date(Date.now() + days * DAY_MS).toISOString() } });
    const refused = await edit(old.id, inDays(6));
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/options/sendAt' }] } });
    const when = new Date(acceptedAt).toISOString();
    expect(refused.body.errors![0]!.reason).toBe(
      `must be at most 10 days after ${when}, when it was accepted: notifications are kept for 40 days here`,
    );
    expect((await edit(old.id, inDays(4.9))).status).toBe(200);
    const fresh = { to: { userId: 'ann' }, content: { body: 'new words' } };
    const send = (days: number) =>
      routes.call<ProblemBody>('POST', '/v1/notifications', key, { ...fresh, ...inDays(days) });
    expect((await send(9.9)).status).toBe(202);
    expect((await send(10.1)).body.errors).toMatchObject([{ pointer: '/options/sendAt' }]);
  });

  it('leaves out whom the notification warns of, as before', async () => {
    const session = formatId('session', newUuid());
    await routes.database().query(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, status, session_id)
       VALUES ($1, $2, 'strange', 'bob', 'ios', 'apns', 'strange', 'production', 'active', $3)`,
      [newUuid(), appId, session],
    );
    for (const excepted of [{ exceptSession: session }, { exceptSessions: [session] }]) {
      const [warning] = (await waiting(1, { to: { userId: 'bob' }, ...excepted })) as [Waiting];
      expect((await edit(warning.id, { content: { body: 'new words' } })).status).toBe(200);
      await route(warning);
      const { because } = (await call<Explanation>('GET', warning.id, '/explain')).body;
      expect(because).toContain('by the session that it warns of');
    }
  });

  it('of a broadcast is made where broadcasts are', async () => {
    const [broadcast] = (await waiting(1, { to: { everyone: true } })) as [Waiting];
    expect(await edit(broadcast.id, { content: { body: 'new words' } })).toMatchObject({
      status: 409,
      body: { code: 'is_broadcast' },
    });
  });

  async function route({ data: { root } }: Waiting): Promise<void> {
    const handler = routeHandler('bulk', {
      database: routes.database(),
      way: routes.database(),
      publisher,
      handOn: host.handOn.bind(host),
      justRead: new JustRead(),
    });
    const { rows } = await routes.database().query<{ id: Uuid }>('SELECT id FROM push_work WHERE root_id = $1', [root]);
    const leased = (await pushWork.claim<RouteItem>(routes.database(), rows[0]!.id))!;
    await handler.handle(leased, { id: leased.id, token: leased.token, mayBegin: () => true });
  }
});
