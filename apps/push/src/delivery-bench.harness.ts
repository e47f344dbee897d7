import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import {
  formatId,
  type NotificationAccepted,
  newUuid,
  policyDocument,
  type PolicyDocumentInput,
  QUEUES,
  type UserPreferencesInput,
  userPreferences,
  type Uuid,
} from '@signalbox/contracts';
import {
  type ApnsCredential,
  ContentCipher,
  CredentialReader,
  Envelope,
  loadMasterKey,
  saveCredential,
} from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { Flags, flagsVariable } from '@signalbox/flags';
import {
  type LeasedWork,
  MAX_CLAIMS,
  openQueueBackend,
  Publisher,
  type QueueBackend,
  type WorkEnd,
  type WorkHandler,
  WorkHost,
} from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { broadcastHandler } from './broadcasts/broadcast.handler.js';
import { Broadcasts } from './broadcasts/broadcasts.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { DeletionGuards } from './deletion-guards/deletion-guards.js';
import { Figures } from './figures/figures.js';
import { AttemptLog } from './deliver/attempt-log.js';
import { AttemptMarks } from './deliver/attempt-marks.js';
import { Courtesy } from './deliver/courtesy.js';
import { CredentialBreakers } from './deliver/credential-breakers.js';
import { deliverHandler } from './deliver/deliver.handler.js';
import { OpenedCredentials } from './deliver/opened-credentials.js';
import { PACE_RULES, Pace } from './deliver/pace.js';
import { OutcomeCounter } from './deliver/outcome-counter.js';
import { OutcomeRecorder } from './deliver/outcome-recorder.js';
import { Composer } from './notify/composer.js';
import { Policies } from './policy/policies.js';
import { Preferences } from './policy/preferences.js';
import type { AttemptOutcome, PushMessage, PushProvider } from './providers/push-provider.js';
import { QuotaLots } from './quotas/quota-lots.js';
import { Quotas } from './quotas/quotas.js';
import { routeHandler } from './route/route.handler.js';
import { deliveryIdOf } from './work/delivery-id.js';
import { TemplateReader } from './templates/template-reader.js';
import { JustRead } from './work/just-read.js';
import { pushWork, type SendItem } from './work/push-work.js';

/** How the played provider answers a message. */
export type Answering = (message: PushMessage) => AttemptOutcome | Promise<AttemptOutcome>;

export const SENT: AttemptOutcome = { kind: 'sent', raw: { status: 200 } };
export const gone = (reason = 'Unregistered'): AttemptOutcome => ({
  kind: 'gone',
  reason,
  goneAt: new Date(),
  raw: {},
});
export const suspect = (reason = 'BadDeviceToken'): AttemptOutcome => ({ kind: 'suspect', reason, raw: {} });

export interface BenchDevice {
  readonly user?: string;
  readonly installation?: string;
  readonly token?: string;
  /** Hours since it has been suspect, for a device that is. */
  readonly suspectFor?: number;
  /** The session that registered it. */
  readonly session?: string;
}

export interface BenchWorker {
  /** The messages that its provider was asked to send. */
  readonly asked: readonly PushMessage[];
  handle(leased: LeasedWork<SendItem>): Promise<WorkEnd>;
}

/** A push process without HTTP and queues: a test moves work on by hand, and answers for Apple. */
export interface DeliveryBench {
  database(): Database;
  readonly appId: Uuid;
  readonly credentials: CredentialReader;
  credentialId(): Uuid;
  /** Its log, line by line. */
  readonly logLines: string[];
  device(device?: BenchDevice): Promise<Uuid>;
  notify(to: NotificationAccepted['to'], details?: Partial<NotificationAccepted>): Promise<Uuid>;
  /** Puts a policy in force. */
  policy(document: PolicyDocumentInput): Promise<void>;
  preferences(user: string, preferences: UserPreferencesInput): Promise<void>;
  /** Routes everything that was accepted, a work row each, all at once; on a database that the test has had a hand in, if it is given one. */
  route(on?: Database): Promise<void>;
  /** A work row for so many phones, one notification each, leased as a worker would. `askAgainAt`: until then its verdicts hold. */
  lease(
    count: number,
    item?: { readonly attempt?: number; readonly category?: string; readonly askAgainAt?: number },
  ): Promise<LeasedWork<SendItem>>;
  /** A worker for leased rows, whose provider answers as told; the test is told when a breaker opens. `flags` are those of its process. */
  worker(answering: Answering, onOpen?: (credential: Uuid) => void, flags?: Flags): BenchWorker;
  /** Those of a process with this in its environment. */
  flags(variable: string): Promise<Flags>;
  broadcasts(): Broadcasts;
  deadLetters(): DeadLetters;
  /** Takes every broadcast as far as its pace lets it, as one worker would. */
  step(): Promise<void>;
  /** Tries everything that is owed to devices, due or not. Another `process` counts for itself what it sent. */
  deliver(answering: Answering, process?: DeletionGuards): Promise<void>;
  /** Another process' view of the guards. */
  guards(): DeletionGuards;
  statusOf(device: Uuid): Promise<Record<string, unknown>>;
  deliveriesOf(notification: Uuid): Promise<Record<string, unknown>[]>;
  /** Type and reason of every event about a subject, in order. */
  events(subject: string): Promise<string[]>;
}

export function useDeliveryBench(): DeliveryBench {
  let backend: QueueBackend;
  const opened: Flags[] = [];
  afterAll(async () => {
    await Promise.all([backend.close(), ...opened.map((each) => each.close())]);
  });
  const postgres = usePostgres();
  const database = (): Database => postgres.database();
  const logLines: string[] = [];
  const logger = createLogger('bench', 'warn', { write: (line) => logLines.push(line) });
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const appId = newUuid();
  const guards = (): DeletionGuards => new DeletionGuards(database(), logger, createMetrics('bench'));
  const publisher = (): Publisher => new Publisher(backend, logger);
  let credentialId: Uuid;
  let own: DeletionGuards;
  let allOn: Flags;

  beforeAll(async () => {
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{bench}', logger });
    await database().query(`INSERT INTO app (id, name, mode) VALUES ($1, 'bench', 'test')`, [appId]);
    credentialId = (await saveCredential(database(), envelope, { appId, provider: 'apns', secret: apnsKey() })).id;
    own = guards();
    allOn = await openFlags('{}');
  });

  async function openFlags(variable: string): Promise<Flags> {
    const config = { FLAGS: flagsVariable.parse(variable) };
    const keys = ['push.apns'] as const;
    const flags = await Flags.open({ keys, config, logger, metrics: createMetrics('bench') });
    opened.push(flags);
    return flags;
  }

  async function accept(
    to: NotificationAccepted['to'],
    root: Uuid,
    details: Partial<NotificationAccepted> = {},
  ): Promise<Uuid> {
    const id = newUuid();
    const cipher = new ContentCipher(database(), envelope);
    const sealed = await cipher.encrypt(appId, Buffer.from('{"body":"x"}'));
    const expiresAt = new Date(Date.now() + 48 * 3_600_000).toISOString();
    const data = { root, lane: 'bulk', to, expiresAt, ...details };
    const subject = formatId('notification', id);
    await append(database(), [{ id, appId, type: 'notification.accepted', subject, data, ...sealed }]);
    return id;
  }

  async function device({ user = 'ann', installation, token, suspectFor, session }: BenchDevice = {}): Promise<Uuid> {
    const id = newUuid();
    await database().query(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status,
         session_id, status_reason, status_by, status_credential_id, status_at, registered_at)
       VALUES ($1, $2, $3, $4, 'ios', 'apns', $5, 'sandbox', 'com.example.shop', $7, $6, $8, $9, $10,
         now() - $11::float8 * interval '1 hour', now() - interval '30 days')`,
      [
        ...[id, appId, installation ?? id, user, token ?? id, session ?? null],
        ...(suspectFor === undefined
          ? ['active', null, null, null, 0]
          : ['suspect', 'BadDeviceToken', 'provider', credentialId, suspectFor]),
      ],
    );
    return id;
  }

  function handlerFor(
    answering: Answering,
    process: DeletionGuards,
    onOpen: (credential: Uuid) => void = () => undefined,
    flags = allOn,
  ): WorkHandler<SendItem> {
    const credentials = new OpenedCredentials(new CredentialReader(envelope));
    return deliverHandler('bulk', {
      database: database(),
      cipher: new ContentCipher(database(), envelope),
      templates: new TemplateReader(database()),
      credentialOf: credentials.of('apns'),
      provider: answeringProvider(answering),
      recorder: new OutcomeRecorder(
        database(),
        publisher(),
        process,
        new OutcomeCounter(createMetrics('bench'), new Figures()),
      ),
      publisher: publisher(),
      marks: new AttemptMarks(database()),
      courtesy: new Courtesy(),
      justRead: new JustRead(),
      flags,
      attempts: new AttemptLog(createLogger('bench', 'silent'), createMetrics('bench'), new Figures()),
      breakers: new CredentialBreakers({
        opened: async (credential) => (onOpen(credential), false),
        closed: () => undefined,
      }),
      pace: new Pace(PACE_RULES.apns),
    });
  }

  async function runAll<Item>(queue: string, handler: WorkHandler<Item>): Promise<void> {
    const { rows } = await database().query<{ id: Uuid }>('SELECT id FROM push_work WHERE queue = $1', [queue]);
    await Promise.all(
      rows.map(async ({ id }) => {
        const leased = (await pushWork.claim<Item>(database(), id))!;
        const lease = { id, token: leased.token, mayBegin: () => true };
        const isPoison = leased.claims > MAX_CLAIMS;
        const end = await (isPoison ? handler.handlePoison(leased, lease) : handler.handle(leased, lease));
        if (end.end === 'release') await pushWork.release(database(), leased, end.delay, { held: end.held === true });
      }),
    );
  }

  return {
    database,
    appId,
    credentials: new CredentialReader(envelope),
    credentialId: () => credentialId,
    logLines,
    guards,
    device,
    async notify(to, details) {
      const root = newUuid();
      const id = await accept(to, root, details);
      await pushWork.enqueue(database(), [
        { id: root, rootId: root, queue: QUEUES.routeBulk, lane: 'bulk', items: [{ n: id }] },
      ]);
      return id;
    },
    async policy(document) {
      const policies = new Policies(database());
      const { version } = await policies.current(appId);
      await policies.put(appId, policyDocument.parse(document), version);
    },
    async preferences(user, wanted) {
      await new Preferences(database()).put(appId, user, userPreferences.parse(wanted), 'app');
    },
    async lease(count, { attempt = 1, category, askAgainAt } = {}) {
      const id = newUuid();
      const items: SendItem[] = [];
      for (let made = 0; made < count; made += 1) {
        const [n, v] = [
          await accept({ userId: 'ann' }, id, category === undefined ? {} : { category }),
          await device(),
        ];
        items.push({ d: deliveryIdOf(n, v), n, v, a: attempt, ...(askAgainAt !== undefined && { w: askAgainAt }) });
      }
      const work = { id, rootId: id, queue: QUEUES.apnsBulk, lane: 'bulk', appId, credentialId, items } as const;
      await pushWork.enqueue(database(), [work]);
      return (await pushWork.claim<SendItem>(database(), id))!;
    },
    flags: openFlags,
    worker(answering, onOpen, flags) {
      const asked: PushMessage[] = [];
      const noting: Answering = (message) => {
        asked.push(message);
        return answering(message);
      };
      const handler = handlerFor(noting, own, onOpen, flags);
      const handle = (leased: LeasedWork<SendItem>): Promise<WorkEnd> =>
        handler.handle(leased, { id: leased.id, token: leased.token, mayBegin: () => true });
      return { asked, handle };
    },
    route: (on = database()) =>
      runAll(
        QUEUES.routeBulk,
        routeHandler('bulk', {
          database: on,
          way: on,
          publisher: publisher(),
          handOn: (queues) =>
            new WorkHost({
              database: database(),
              store: pushWork,
              backend,
              logger,
              metrics: createMetrics('test'),
            }).handOn(queues),
          justRead: new JustRead(),
        }),
      ),
    broadcasts: () => {
      const cipher = new ContentCipher(database(), envelope);
      return new Broadcasts({
        database: database(),
        cipher,
        credentials: new CredentialReader(envelope),
        composer: new Composer(new TemplateReader(database())),
        publisher: publisher(),
        daysAhead: 400,
        quotas: new Quotas(database(), new QuotaLots(database(), logger), { of: () => undefined, generation: 0 }),
      });
    },
    deadLetters: () => new DeadLetters(database(), publisher()),
    step: () => {
      const credentials = new CredentialReader(envelope);
      return runAll(
        QUEUES.broadcastBulk,
        broadcastHandler({ database: database(), credentials, publisher: publisher() }),
      );
    },
    deliver: (answering, process = own) => runAll(QUEUES.apnsBulk, handlerFor(answering, process)),
    async statusOf(device) {
      const { rows } = await database().query(
        'SELECT status, status_reason AS reason, status_by AS by FROM device WHERE id = $1',
        [device],
      );
      return rows[0]!;
    },
    async deliveriesOf(notification) {
      const { rows } = await database().query(
        'SELECT state, reason, attempt FROM delivery WHERE notification_id = $1 ORDER BY state',
        [notification],
      );
      return rows;
    },
    async events(subject) {
      const { rows } = await database().query<{ told: string }>(
        `SELECT concat_ws(' ', type, payload ->> 'reason') AS told FROM event_log WHERE subject = $1 ORDER BY xid, id`,
        [subject],
      );
      return rows.map((row) => row.told);
    },
  };
}

function answeringProvider(answering: Answering): PushProvider<ApnsCredential> {
  const session = {
    send: async (message: PushMessage) => answering(message),
    close: () => Promise.resolve(),
  };
  return { name: 'apns', sessionFor: () => session, close: () => Promise.resolve() };
}

function apnsKey(): ApnsCredential {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: pem };
}
