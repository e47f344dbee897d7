import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { type EventType, type NotificationAccepted, newUuid, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { append, registerConsumer } from '@signalbox/event-log';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually, insertApp, usePostgres } from '@signalbox/testing';
import { Figures } from '../figures/figures.js';
import type { NoticeCatalogue } from './catalogue.js';
import { Notices } from './notices.js';

/** What a notification says, as a phone would get it. */
export interface MadeNotice {
  readonly id: Uuid;
  readonly payload: NotificationAccepted;
  readonly content: { readonly title: string; readonly body: string; readonly data: Record<string, string> };
}

interface MoreOfFact {
  /** Encrypted under the app's data key. */
  readonly content?: object | undefined;
  readonly id?: Uuid;
  /** Another one than the test's own. */
  readonly appId?: Uuid;
}

interface Phone {
  readonly userId: string;
  readonly locale?: string | null;
  readonly status?: string;
  /** Minutes ago. */
  readonly seen?: number;
  readonly sessionId?: string;
}

/** A reader of one catalogue, over a log that each test finds empty, and an app of the test's own. */
export interface NoticesStage {
  database(): Database;
  appId(): Uuid;
  sql<Row = Record<string, unknown>>(text: string, params?: unknown[]): Promise<{ rows: Row[]; rowCount: number }>;
  fact(type: EventType, subject: string, data: object, more?: MoreOfFact): Promise<Uuid>;
  device(phone: Phone): Promise<Uuid>;
  /** One of several processes, which counts for itself; the test starts it. */
  process(): Notices;
  /** Has everything that was appended read, and answers what was made of it, in the order of the facts. */
  read(): Promise<MadeNotice[]>;
  /** How often what became of which type, as the reader counts it. */
  counted(): Promise<Record<string, number>>;
  /** The notifications that are owed to be routed, by id. */
  owed(): Promise<Uuid[]>;
  /** Stops whoever reads, and lets the next one begin at the beginning. */
  setBack(): Promise<void>;
}

interface Sealed {
  readonly id: Uuid;
  readonly payload: NotificationAccepted;
  readonly sealed: Buffer;
  readonly dekId: Uuid;
}

export function useNotices(catalogue: NoticeCatalogue): NoticesStage {
  let backend: QueueBackend;
  // Hooks run in the order of their making: the queues leave before their database is dropped.
  afterAll(() => backend.close());
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const logger = createLogger('push', 'silent');
  const sql: NoticesStage['sql'] = (text, params = []) => postgres.database().query(text, params);
  const cipher = (): ContentCipher => new ContentCipher(postgres.database(), envelope);
  const running: Notices[] = [];
  let appId: Uuid;
  let metrics: Metrics;

  beforeAll(() => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{notices}', logger });
  });
  beforeEach(async () => {
    await sql('TRUNCATE event_log, push_work, consumer');
    appId = await insertApp(postgres.database());
    await setBack();
  });
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  };
  afterEach(stop);

  async function setBack(): Promise<void> {
    await stop();
    metrics = createMetrics('push');
    await registerConsumer({ database: postgres.database(), name: catalogue.reader, startFrom: 'now' });
    // A horizon that others hold back would hide what is appended before it moves on; the beginning hides nothing.
    await sql(`UPDATE consumer SET cursor_xid = '0'`);
  }

  function process(counting: Metrics = createMetrics('push')): Notices {
    const publisher = new Publisher(backend, logger);
    const parts = {
      database: postgres.database(),
      cipher: cipher(),
      publisher,
      figures: new Figures(),
      logger,
      metrics: counting,
    };
    const notices = new Notices(catalogue, parts);
    running.push(notices);
    return notices;
  }

  async function open({ id, payload, sealed, dekId }: Sealed): Promise<MadeNotice> {
    const content = JSON.parse((await cipher().decrypt(appId, dekId, sealed)).toString()) as MadeNotice['content'];
    return { id, payload, content };
  }

  return {
    database: () => postgres.database(),
    appId: () => appId,
    sql,
    process: () => process(),
    setBack,
    async fact(type, subject, data, { content, ...more } = {}) {
      const sealed = content === undefined ? {} : await cipher().encrypt(appId, Buffer.from(JSON.stringify(content)));
      return (await append(postgres.database(), [{ appId, type, subject, data, ...sealed, ...more }]))[0]!;
    },
    async device({ userId, locale = null, status = 'active', seen = 0, sessionId }) {
      const id = newUuid();
      await sql(
        `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, locale, time_zone,
           status, last_seen_at, session_id)
         VALUES ($1, $2, $3, $4, 'ios', 'apns', $3, 'sandbox', $5, 'Europe/Berlin', $6, now() - $7::int * interval '1 minute', $8)`,
        [id, appId, `phone-${id}`, userId, locale, status, seen, sessionId ?? null],
      );
      return id;
    },
    async read() {
      if (running.length === 0) process(metrics).start();
      await eventually(async () => {
        const { rowCount } = await sql(
          'SELECT FROM consumer WHERE NOT EXISTS (SELECT FROM event_log WHERE (xid, id) > (cursor_xid, cursor_id))',
        );
        expect(rowCount).toBe(1);
      });
      // The ids of notices of one millisecond have no order.
      const { rows } = await sql<Sealed>(
        `SELECT id, payload, content AS sealed, dek_id AS "dekId" FROM event_log
         WHERE type = 'notification.accepted' ORDER BY payload ->> 'cause' COLLATE "C"`,
      );
      return Promise.all(rows.map(open));
    },
    async counted() {
      const { values } = await metrics.registry.getSingleMetric(catalogue.counter.name)!.get();
      return Object.fromEntries(values.map(({ labels, value }) => [`${labels.type} ${labels.outcome}`, value]));
    },
    async owed() {
      const { rows } = await sql<{ n: Uuid }>(
        `SELECT item ->> 'n' AS n FROM push_work, jsonb_array_elements(items) AS item ORDER BY 1`,
      );
      return rows.map(({ n }) => n);
    },
  };
}
