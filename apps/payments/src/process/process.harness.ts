import { randomBytes } from 'node:crypto';
import { beforeAll } from '@jest/globals';
import { newUuid, type FeedEvent, type Uuid, objectKey } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { createMetrics } from '@signalbox/telemetry';
import { usePostgres, type TestPostgres } from '@signalbox/testing';
import type { ReceivedEvent } from '../receive/received-event.js';
import { writeReceived, type SealedEvent } from '../receive/write-received.js';
import { DecisionCounter } from './decision-counter.js';
import { drain, type DrainDependencies, type DrainEnd } from './drain.js';
import type { StripeAnswer, StripeReader, StripeRef } from './stripe-reader.js';

const API_VERSION = '2026-10-28.endive';

/** Stripe's side of a test: answers with what it was given, and keeps what it was asked. */
class PlayedStripe implements StripeReader {
  readonly objects = new Map<string, object>();
  readonly asked: StripeRef[] = [];
  /** Answered instead, for as long as it is set. */
  instead: ((ref: StripeRef) => StripeAnswer | undefined) | undefined;

  async read(ref: StripeRef): Promise<StripeAnswer> {
    this.asked.push(ref);
    const answer = this.instead?.(ref);
    if (answer !== undefined) return answer;
    const object = this.objects.get(ref.objectId);
    return object === undefined ? { kind: 'gone' } : { kind: 'found', object, apiVersion: API_VERSION };
  }
}

/** An event as a test writes it down. */
export interface ToldEvent {
  readonly type: string;
  /** The object as the event shows it; of a thin event only its id and kind are sent. */
  readonly object: { readonly id?: string; readonly object: string } & Record<string, unknown>;
  readonly created?: number;
  readonly id?: string;
  readonly account?: string;
  readonly apiVersion?: string | undefined;
  readonly thin?: true;
  /** Of a thin event. */
  readonly snapshotEvent?: string;
  readonly previous?: Record<string, unknown>;
  /** Sent instead of the event's own JSON. */
  readonly body?: string;
}

export interface Logged extends Pick<FeedEvent, 'type' | 'subject' | 'seq'> {
  readonly id: Uuid;
  // What a fact says, of many shapes; a wrong guess fails the test that made it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

let events = 0;

/** The process stage of a test file, on a database of its own, with Stripe played. */
export function useProcess() {
  const postgres: TestPostgres = usePostgres();
  const stripe = new PlayedStripe();
  let parts: DrainDependencies;
  beforeAll(() => {
    const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64'), file: undefined }));
    const database = postgres.database();
    const cipher = new ContentCipher(database, envelope);
    const publisher = { publish: async () => undefined };
    parts = { database, cipher, reader: stripe, counter: new DecisionCounter(createMetrics('test')), publisher };
  });
  const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<Row[]> =>
    (await postgres.database().query<Row>(text, params)).rows;

  /** Stores events as the edge does: once each, in the inbox of their objects, with work rows. Answers the objects' keys. */
  async function receive(appId: Uuid, told: readonly ToldEvent[]): Promise<Uuid[]> {
    const entries = await Promise.all(
      told.map(async (each): Promise<SealedEvent> => {
        const event = receivedOf(appId, each);
        const key = objectKey(appId, event.account, event.objectId ?? event.eventId);
        const sealed = await parts.cipher.encrypt(appId, event.body);
        return { id: newUuid(), appId, lane: 'transactional', objectKey: key, event, ...sealed };
      }),
    );
    // A row for each, so that several may be worked on at the same time.
    const works = entries.map(({ lane }) => ({ id: newUuid(), appId, lane }));
    await writeReceived(postgres.database(), entries, works);
    return entries.map((entry) => entry.objectKey);
  }

  return {
    stripe,
    sql,
    receive,
    postgres,
    parts: () => parts,
    drain: (key: Uuid): Promise<DrainEnd> => drain(parts, key),
    /** Stores events and works them off, one by one. */
    async tell(appId: Uuid, ...told: readonly ToldEvent[]): Promise<void> {
      for (const event of told) {
        const [key] = await receive(appId, [event]);
        await drain(parts, key!);
      }
    },
    /** The facts of an app, in the order of their ids. */
    facts: (appId: Uuid): Promise<Logged[]> =>
      sql<Logged>('SELECT id, type, subject, seq::int, payload AS data FROM event_log WHERE app_id = $1 ORDER BY id', [
        appId,
      ]),
    /** What became of the app's events, by Stripe's id. */
    async decisions(appId: Uuid): Promise<Record<string, string>> {
      const rows = await sql<{ name: string; decision: string }>(
        `SELECT e.event_id AS name, coalesce(d.decision, i.reason, 'open') AS decision FROM stripe_event e
         LEFT JOIN stripe_decision d ON d.event = e.id LEFT JOIN stripe_inbox i ON i.event = e.id AND i.object_key = e.object_key
         WHERE e.app_id = $1 ORDER BY e.id`,
        [appId],
      );
      return Object.fromEntries(rows.map(({ name, decision }) => [name, decision]));
    },
    async state(appId: Uuid, objectId: string, account = ''): Promise<Record<string, unknown> | undefined> {
      const [row] = await sql('SELECT state, deleted FROM stripe_object WHERE key = $1', [
        objectKey(appId, account, objectId),
      ]);
      return row;
    },
  };
}

export function receivedOf(appId: Uuid, told: ToldEvent): ReceivedEvent {
  const { type, object, account = '', thin = false, created = 1_790_000_000, apiVersion = API_VERSION } = told;
  const eventId = told.id ?? `evt_${(events += 1)}`;
  const body =
    told.body ?? JSON.stringify(thin ? thinBody(eventId, told) : snapshotBody(eventId, created, apiVersion, told));
  return {
    appId,
    account,
    eventId,
    via: 'webhook',
    shape: thin ? 'thin' : 'snapshot',
    type,
    apiVersion: thin ? undefined : apiVersion,
    livemode: false,
    objectType: object.object,
    objectId: object.id,
    snapshotEvent: told.snapshotEvent,
    created: new Date(created * 1_000),
    body: Buffer.from(body),
  };
}

function snapshotBody(
  id: string,
  created: number,
  apiVersion: string | undefined,
  { type, object, previous }: ToldEvent,
): object {
  const data = { object, ...(previous !== undefined && { previous_attributes: previous }) };
  return { id, object: 'event', type, api_version: apiVersion ?? null, created, livemode: false, data };
}

function thinBody(id: string, { type, object, snapshotEvent }: ToldEvent): object {
  const related =
    object.id === undefined ? {} : { related_object: { id: object.id, type: object.object, url: `/v1/${object.id}` } };
  return { id, object: 'v2.core.event', type, livemode: false, ...related, snapshot_event: snapshotEvent };
}
