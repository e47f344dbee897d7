import { type DataRequestAnswer, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { personKeys, pseudonymOf, subjectOf } from '@signalbox/personal-data';
import { audit } from './audit.js';
import { type RequestRow, viewOfRequest } from './request.js';
import {
  APP_OF_ERASED,
  APP_OF_USER,
  ASK_IN_TURN,
  BEGIN_ERASING,
  DROP_PARTS,
  DROP_STEPS,
  END_EXPORTS,
  LAST_REQUEST,
  LIST_REQUESTS,
  MAKE_REQUEST,
  REQUEST_BY_ID,
  REQUEST_BY_TICKET,
} from './requests.queries.js';
import { hashOf, newSecret } from './secret.js';

/** Ends every session of a user, and what services believe of its tokens, in the transaction that it is given. */
export type EndSessions = (tx: Sql, user: { readonly appId: Uuid; readonly userId: Uuid }) => Promise<unknown>;

export interface Ask {
  readonly kind: RequestRow['kind'];
  readonly appId: Uuid;
  /** `usr_...`, or the app's own id. */
  readonly userId: string;
  /** As the audit names them. */
  readonly actor: string;
}

/**
 * - `asked`: now, or before; a second request while the first is open is the first;
 * - `unknown`: an id of ours that is no user's of this app. Of the app's own ids nobody can say;
 * - `erasing`: there will be nothing to hand out.
 */
export type Asked =
  | { readonly end: 'asked'; readonly answer: DataRequestAnswer }
  | { readonly end: 'unknown' }
  | { readonly end: 'erasing' };

/** Where users, apps and operators ask for a user's data to be erased or handed out. */
export class RequestDesk {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly envelope: Envelope;
      readonly endSessions: EndSessions;
      /** Who has to answer, and in how many hours. */
      readonly services: readonly string[];
      readonly dueHours: number;
    },
  ) {}

  /**
   * With the commit of an erasure the user is signed out everywhere, nobody signs in as this user any more, exports of theirs are
   * gone, and every service learns from the feed what it has to do.
   */
  async ask(ask: Ask): Promise<Asked> {
    const { secret: ticket, hash } = newSecret();
    return this.parts.database.transaction(async (tx): Promise<Asked> => {
      const persons = personKeys(this.parts.envelope, ask.appId, ask.userId);
      await tx.query(ASK_IN_TURN, [ask.appId, persons[0]]);
      const refused =
        ask.kind === 'erasure' ? await this.beginErasing(tx, ask) : await this.mayExport(tx, ask, persons);
      const before = await lastRequest(tx, ask.appId, persons, ask.kind);
      if (refused === 'unknown' && before !== undefined && ask.kind === 'erasure') {
        return { end: 'asked', answer: { ...viewOfRequest(before), ticket: null } };
      }
      if (refused !== undefined) return { end: refused };
      const made = await this.make(tx, ask, persons[0], hash);
      if (made && ask.kind === 'erasure') await endExports(tx, ask.appId, persons);
      const request = (await lastRequest(tx, ask.appId, persons, ask.kind))!;
      return { end: 'asked', answer: { ...viewOfRequest(request), ticket: made ? ticket : null } };
    });
  }

  /** One request; undefined when there is none, or it is another app's. */
  async find(appId: Uuid | null, publicId: string): Promise<RequestRow | undefined> {
    const id = parseId('dataRequest', publicId);
    if (id === undefined) return undefined;
    return (await this.parts.database.query<RequestRow>(REQUEST_BY_ID, [id, appId])).rows[0];
  }

  /** The same, of this user's own. */
  async findOf(appId: Uuid, userId: string, publicId: string): Promise<RequestRow | undefined> {
    const request = await this.find(appId, publicId);
    const isTheirs = request !== undefined && personKeys(this.parts.envelope, appId, userId).includes(request.person);
    return isTheirs ? request : undefined;
  }

  async byTicket(ticket: string): Promise<RequestRow | undefined> {
    return (await this.parts.database.query<RequestRow>(REQUEST_BY_TICKET, [hashOf(ticket)])).rows[0];
  }

  /** In the order in which they were asked for, behind the request `after`; up to `limit` + 1. */
  async list(
    appId: Uuid | null,
    { after, limit, state }: { after?: string | undefined; limit: number; state?: string | undefined },
  ): Promise<RequestRow[]> {
    const from = after === undefined ? '00000000-0000-0000-0000-000000000000' : parseId('dataRequest', after);
    if (from === undefined) return [];
    return (await this.parts.database.query<RequestRow>(LIST_REQUESTS, [appId, state ?? null, from, limit + 1])).rows;
  }

  /** The app of a user of ours, also of one who was erased; undefined for an id that never was one. */
  async appOf(userId: string): Promise<Uuid | undefined> {
    const id = parseId('user', userId);
    if (id === undefined) return undefined;
    const { database } = this.parts;
    const living = await database.query<{ appId: Uuid }>(APP_OF_USER, [id, null]);
    return (living.rows[0] ?? (await database.query<{ appId: Uuid }>(APP_OF_ERASED, [userId])).rows[0])?.appId;
  }

  private async beginErasing(tx: Sql, { appId, userId }: Ask): Promise<'unknown' | undefined> {
    const id = parseId('user', userId);
    if (id === undefined) return undefined;
    const { rowCount } = await tx.query(BEGIN_ERASING, [id, appId]);
    if (rowCount === 0) return 'unknown';
    await this.parts.endSessions(tx, { appId, userId: id });
    return undefined;
  }

  private async mayExport(
    tx: Sql,
    { appId, userId }: Ask,
    persons: readonly string[],
  ): Promise<'unknown' | 'erasing' | undefined> {
    const erasure = await lastRequest(tx, appId, persons, 'erasure');
    if (erasure?.state === 'open' || erasure?.state === 'overdue') return 'erasing';
    const id = parseId('user', userId);
    if (id === undefined) return undefined;
    return (await tx.query(APP_OF_USER, [id, appId])).rowCount === 0 ? 'unknown' : undefined;
  }

  private async make(
    tx: Sql,
    { kind, appId, userId, actor }: Ask,
    person: string,
    ticketHash: Buffer,
  ): Promise<boolean> {
    const { services, dueHours } = this.parts;
    const id = newUuid();
    const pseudonym = pseudonymOf(id);
    const row = [id, appId, kind, userId, person, pseudonym, actor, services, dueHours, ticketHash];
    if ((await tx.query(MAKE_REQUEST, row)).rowCount === 0) return false;
    const type = kind === 'erasure' ? 'user.erasure_requested' : 'user.export_requested';
    await append(tx, [{ appId, type, ...subjectOf({ requestId: id, userId }) }]);
    const action = kind === 'erasure' ? 'erase' : 'export';
    await audit(tx, { appId, actor, action, person, what: services, requestId: id });
    return true;
  }
}

/** What was put together for the user is thrown away first of all; of what is being put together nothing is kept. */
async function endExports(tx: Sql, appId: Uuid, persons: readonly string[]): Promise<void> {
  const { rows } = await tx.query<{ id: Uuid }>(END_EXPORTS, [appId, persons]);
  const ended = rows.map(({ id }) => id);
  await tx.query(DROP_PARTS, [ended]);
  await tx.query(DROP_STEPS, [ended]);
}

async function lastRequest(
  tx: Sql,
  appId: Uuid,
  persons: readonly string[],
  kind: RequestRow['kind'],
): Promise<RequestRow | undefined> {
  return (await tx.query<RequestRow>(LAST_REQUEST, [appId, persons, kind])).rows[0];
}
