import { templateDocument, type TemplateDocument, type Uuid } from '@signalbox/contracts';
import { type Database, DatabaseUnreachable, type Sql } from '@signalbox/database';
import { MicroBatcher } from '@signalbox/resilience';
import { CompiledTemplate } from './compiled-template.js';
import { TemplateCache } from './template-cache.js';
import { ACTIVE_VERSIONS, VERSION } from './templates.queries.js';

const MAX_BATCH = 256;
const MAX_WAITING = 20_000;

interface Named {
  readonly appId: Uuid;
  readonly name: string;
}

/** Templates as senders use them: which version is in force, and versions ready to be filled in. */
export class TemplateReader {
  private readonly cache = new TemplateCache();
  /** Who sends many at once asks with one statement; nobody is answered by a statement that began before the question. */
  private readonly active: MicroBatcher<Named, number | undefined>;

  constructor(private readonly database: Database) {
    this.active = new MicroBatcher({
      flush: (asked) => this.readActive(asked),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      inFlight: 2,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** The version that is sent where none is named; undefined when there is no such template. */
  activeVersion(appId: Uuid, name: string): Promise<number | undefined> {
    return this.active.add({ appId, name });
  }

  /** One version, of a template that may have been removed; undefined when there never was one. */
  async version(
    appId: Uuid,
    name: string,
    version: number,
    sql: Sql = this.database,
  ): Promise<CompiledTemplate | undefined> {
    const key = `${appId}/${name}/${version}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const { rows } = await sql.query<{ document: TemplateDocument }>(VERSION, [appId, name, version]);
    if (rows[0] === undefined) return undefined;
    // Parsed again: what an earlier release stored lacks what came later.
    const template = new CompiledTemplate(templateDocument.parse(rows[0].document));
    this.cache.put(key, template);
    return template;
  }

  private async readActive(asked: readonly Named[]): Promise<(number | undefined)[]> {
    const { rows } = await this.database.query<{ activeVersion: number | null }>(ACTIVE_VERSIONS, [
      asked.map(({ appId }) => appId),
      asked.map(({ name }) => name),
    ]);
    return rows.map(({ activeVersion }) => activeVersion ?? undefined);
  }
}
