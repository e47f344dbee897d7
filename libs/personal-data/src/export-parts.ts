import type { Uuid } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { Person } from './holding.js';
import { KEEP_PART, PARTS } from './step.queries.js';

/** Sealed for its request: the part of one person's archive does not open in another's. */
const contextOf = (appId: Uuid, requestId: Uuid): SealContext => ({
  appId,
  table: 'export_part',
  column: `sealed/${requestId}`,
});

/** Keeps one slice of one section. */
export async function keepPart(
  tx: Sql,
  envelope: Envelope,
  { appId, requestId }: Person,
  part: {
    readonly service: string;
    readonly number: number;
    readonly section: string;
    readonly records: readonly object[];
  },
): Promise<void> {
  const sealed = envelope.seal(JSON.stringify(part.records), contextOf(appId, requestId));
  await tx.query(KEEP_PART, [requestId, part.service, part.number, part.section, part.records.length, sealed]);
}

/** One part of an archive, opened. */
export interface ExportPart {
  readonly section: string;
  readonly records: readonly unknown[];
}

const AT_ONCE = 20;

/** What a service handed out, in its order; some parts are in memory at a time. @throws SealBroken */
export async function* exportParts(
  sql: Sql,
  envelope: Envelope,
  { appId, requestId, service }: { readonly appId: Uuid; readonly requestId: Uuid; readonly service: string },
): AsyncGenerator<ExportPart> {
  for (let after = -1; ;) {
    const { rows } = await sql.query<{ part: number; section: string; sealed: Buffer }>(PARTS, [
      requestId,
      service,
      after,
      AT_ONCE,
    ]);
    for (const { section, sealed } of rows) {
      const records = JSON.parse(envelope.open(sealed, contextOf(appId, requestId)).toString()) as unknown[];
      yield { section, records };
    }
    if (rows.length < AT_ONCE) return;
    after = rows.at(-1)!.part;
  }
}
