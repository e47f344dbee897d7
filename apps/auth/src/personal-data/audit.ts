import { type AuditEntry, formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { READ_AUDIT, WRITE_AUDIT } from './audit.queries.js';

/** Somebody did something with somebody's personal data. No values: not even which address was looked for. */
export interface Access {
  readonly appId: Uuid;
  /** `operator`, `key_...`, `cli_...`, `usr_...`; `link` for whoever had one. */
  readonly actor: string;
  readonly action: AuditEntry['action'];
  /** As `personKeys` says it; `*` for a list of users. */
  readonly person: string;
  /** Which parts of it. */
  readonly what: readonly string[];
  readonly requestId?: Uuid;
  /** /24 or /48: all that is known of whoever has no name. */
  readonly network?: string;
}

/** Writes it down before, or in the transaction in which, it happens: nobody reads what is not on record. */
export async function audit(sql: Sql, access: Access): Promise<void> {
  const { appId, actor, action, person, what, requestId = null, network = null } = access;
  await sql.query(WRITE_AUDIT, [newUuid(), appId, actor, action, person, what, requestId, network]);
}

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

interface AuditRow extends Omit<AuditEntry, 'at'> {
  readonly at: Date;
}

/** Who did what with a person's data, the newest first, before the entry `after`; up to `limit` + 1. */
export async function readAudit(
  sql: Sql,
  { appId, persons }: { readonly appId: Uuid; readonly persons: readonly string[] },
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<AuditEntry[]> {
  const before = after === undefined ? LAST : parseId('audit', after);
  if (before === undefined) return [];
  const { rows } = await sql.query<AuditRow>(READ_AUDIT, [appId, persons, before, limit + 1]);
  return rows.map(({ id, at, requestId, ...rest }) => ({
    id: formatId('audit', id),
    at: at.toISOString(),
    ...rest,
    requestId: requestId === null ? null : formatId('dataRequest', requestId),
  }));
}
