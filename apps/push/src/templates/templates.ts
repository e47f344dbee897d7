import { createHash } from 'node:crypto';
import {
  formatId,
  type Page,
  type TemplateDocument,
  templateDocument,
  type TemplateSummary,
  type TemplateVersion,
  type TemplateView,
  type Uuid,
} from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import {
  ACTIVATE,
  ACTIVE_VERSION,
  ADD_VERSION,
  LOCK_TEMPLATE,
  REMOVE,
  TEMPLATES,
  VERSION,
  VERSION_OF_DOCUMENT,
  VERSIONS,
} from './templates.queries.js';

interface VersionRow {
  readonly version: number;
  readonly document: TemplateDocument;
  readonly at: Date;
}

interface PageOf {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The templates of apps: versions that are only ever added, and one of each that is in force. */
export class Templates {
  /** @param builtIn what Signalbox says by itself, unless an app has a template of that name. */
  constructor(
    private readonly database: Database,
    readonly builtIn: ReadonlyMap<string, TemplateDocument>,
  ) {}

  /** By name. */
  async list(appId: Uuid, { after, limit }: PageOf): Promise<Page<TemplateSummary>> {
    const { rows } = await this.database.query<Omit<TemplateSummary, 'updatedAt'> & { updatedAt: Date }>(TEMPLATES, [
      appId,
      after ?? null,
      limit + 1,
    ]);
    const items = rows.slice(0, limit).map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() }));
    return { items, next: rows.length > limit ? items.at(-1)!.name : null };
  }

  /** The version in force, or what is built in under this name; undefined when there is neither. */
  async inForce(appId: Uuid, name: string): Promise<TemplateView | undefined> {
    const active = await activeVersion(this.database, appId, name);
    if (active !== undefined) return this.version(appId, name, active);
    const document = this.builtIn.get(name);
    return document && { name, version: 0, active: true, at: null, document };
  }

  /** One version of a template that was not removed; undefined when there is none. */
  async version(appId: Uuid, name: string, version: number): Promise<TemplateView | undefined> {
    const active = await activeVersion(this.database, appId, name);
    if (active === undefined) return undefined;
    const { rows } = await this.database.query<VersionRow>(VERSION, [appId, name, version]);
    return rows[0] && view(name, rows[0], active);
  }

  /** The newest first, from `below` a version on (null: all); undefined when there is no such template. */
  async versions(
    appId: Uuid,
    name: string,
    { below, limit }: { readonly below: number | null; readonly limit: number },
  ): Promise<Page<TemplateVersion> | undefined> {
    if ((await activeVersion(this.database, appId, name)) === undefined) return undefined;
    const { rows } = await this.database.query<Omit<TemplateVersion, 'at'> & { at: Date }>(VERSIONS, [
      appId,
      name,
      below,
      limit + 1,
    ]);
    const items = rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() }));
    return { items, next: rows.length > limit ? String(items.at(-1)!.version) : null };
  }

  /**
   * Keeps a document that was checked, under a new version unless an earlier one is the same. The first one is in force at once,
   * whatever `activate` says.
   */
  put(appId: Uuid, name: string, document: TemplateDocument, activate: boolean): Promise<TemplateView> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_TEMPLATE, [`template:${appId}:${name}`]);
      const before = await activeVersion(tx, appId, name);
      const text = JSON.stringify(document, inOneOrder);
      const hash = createHash('sha256').update(text).digest();
      const same = await tx.query<VersionRow>(VERSION_OF_DOCUMENT, [appId, name, hash]);
      const row = same.rows[0] ?? (await tx.query<VersionRow>(ADD_VERSION, [appId, name, text, hash])).rows[0]!;
      const after = activate || before === undefined ? row.version : before;
      if (after !== before) await tx.query(ACTIVATE, [appId, name, after]);
      if (after !== before || same.rows.length === 0)
        await tell(tx, appId, { name, version: row.version, activeVersion: after });
      return view(name, row, after);
    });
  }

  /** Puts an earlier or later version in force; undefined when there is no such version. */
  activate(appId: Uuid, name: string, version: number): Promise<TemplateView | undefined> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_TEMPLATE, [`template:${appId}:${name}`]);
      const before = await activeVersion(tx, appId, name);
      if (before === undefined) return undefined;
      const { rows } = await tx.query<VersionRow>(VERSION, [appId, name, version]);
      if (rows[0] === undefined) return undefined;
      if (version !== before) {
        await tx.query(ACTIVATE, [appId, name, version]);
        await tell(tx, appId, { name, version, activeVersion: version });
      }
      return view(name, rows[0], version);
    });
  }

  /** Nothing new is made of it from now on. Its versions stay, for what was accepted and not sent yet. */
  remove(appId: Uuid, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.query(LOCK_TEMPLATE, [`template:${appId}:${name}`]);
      const { rowCount } = await tx.query(REMOVE, [appId, name]);
      if (rowCount > 0)
        await append(tx, [{ appId, type: 'template.removed', subject: formatId('app', appId), data: { name } }]);
      return rowCount > 0;
    });
  }
}

async function activeVersion(sql: Sql, appId: Uuid, name: string): Promise<number | undefined> {
  return (await sql.query<{ activeVersion: number }>(ACTIVE_VERSION, [appId, name])).rows[0]?.activeVersion;
}

async function tell(
  tx: Sql,
  appId: Uuid,
  data: { readonly name: string; readonly version: number; readonly activeVersion: number },
): Promise<void> {
  await append(tx, [{ appId, type: 'template.changed', subject: formatId('app', appId), data }]);
}

/** Of two spellings of one document the same text. */
function inOneOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function view(name: string, { version, document, at }: VersionRow, active: number): TemplateView {
  return {
    name,
    version,
    active: version === active,
    at: at.toISOString(),
    document: templateDocument.parse(document),
  };
}
