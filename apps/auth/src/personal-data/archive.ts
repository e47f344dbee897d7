import { type ArchiveLink, formatId } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { exportParts } from '@signalbox/personal-data';
import { problems } from '@signalbox/http';
import { CONTENTS } from './archive.queries.js';
import { type Access, audit } from './audit.js';
import { nameOf, type RequestRow } from './request.js';
import { MAKE_LINK, USE_LINK } from './requests.queries.js';
import { hashOf, newSecret } from './secret.js';

/** A link is for the browser that is opened next. Minutes. */
const LINK_MINUTES = 15;

/** Everything that was handed out about a user, as one JSON document with its table of contents first. */
export interface Archive {
  readonly format: 'signalbox-archive/1';
  readonly id: string;
  readonly app: string;
  readonly user: string;
  readonly requestedAt: string;
  readonly contents: readonly { readonly service: string; readonly section: string; readonly records: number }[];
  readonly services: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

/** Who opens an archive, as the audit has them. */
export type Reader = Pick<Access, 'actor' | 'network'>;

/** Archives, sealed where they lie and opened for whoever may have them. */
export class Archives {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
  ) {}

  /** Opens it; who took it is on record first. @throws SealBroken */
  async open(request: RequestRow, reader: Reader): Promise<Archive> {
    const { id, appId, person, requestedAt } = request;
    const { rows: contents } = await this.database.query<Archive['contents'][number]>(CONTENTS, [id]);
    const what = contents.map(({ service, section }) => `${service}: ${section}`);
    await audit(this.database, { appId, ...reader, action: 'download', person, what, requestId: id });
    const services: Record<string, Record<string, unknown[]>> = {};
    for (const service of new Set(contents.map((each) => each.service))) {
      const sections = (services[service] = {} as Record<string, unknown[]>);
      for await (const { section, records } of exportParts(this.database, this.envelope, {
        appId,
        requestId: id,
        service,
      })) {
        (sections[section] ??= []).push(...records);
      }
    }
    return {
      format: 'signalbox-archive/1',
      id: formatId('dataRequest', id),
      app: formatId('app', appId),
      user: nameOf(request),
      requestedAt: requestedAt.toISOString(),
      contents,
      services,
    };
  }

  /**
   * A link for one download; a new one ends the one before. Who makes it is on record: whoever opens it has no name.
   *
   * @throws Problem 409 where there is no archive (any more).
   */
  async linkOf({ id, appId, person }: RequestRow, actor: string): Promise<ArchiveLink> {
    const { secret, hash } = newSecret();
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ expiresAt: Date }>(MAKE_LINK, [id, hash, LINK_MINUTES]);
      if (rows[0] === undefined) throw noArchive();
      await audit(tx, { appId, actor, action: 'export', person, what: ['link to the archive'], requestId: id });
      return { path: `/v1/archives/${secret}`, expiresAt: rows[0].expiresAt.toISOString() };
    });
  }

  /** The request whose archive a link opens, this once. */
  async use(secret: string): Promise<RequestRow | undefined> {
    return (await this.database.query<RequestRow>(USE_LINK, [hashOf(secret)])).rows[0];
  }
}

/** 409. */
export const noArchive = () =>
  problems.conflict('no_archive', 'There is no archive: it is not ready yet, or was thrown away after seven days.');
