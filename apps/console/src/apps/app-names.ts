import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Html, html } from '@signalbox/html';
import type { Logger } from '@signalbox/telemetry';
import { APP_NAMES } from './app-names.queries.js';

/** The names of apps by their public ids. */
export type AppNames = ReadonlyMap<string, string>;

/** Names make ids readable and nothing more: a database that is away leaves the ids. */
export async function readAppNames(sql: Sql, logger: Logger, appIds: readonly string[]): Promise<AppNames> {
  const ids = [...new Set(appIds)].map((id) => parseId('app', id)).filter((id) => id !== undefined);
  if (ids.length === 0) return new Map();
  try {
    const { rows } = await sql.query<{ id: Uuid; name: string }>(APP_NAMES, [ids]);
    return new Map(rows.map(({ id, name }) => [formatId('app', id), name]));
  } catch (error) {
    logger.warn({ err: error }, 'the names of apps could not be read');
    return new Map();
  }
}

/** An app as pages show it: its name, if known, and its id. */
export function appLabel(names: AppNames, appId: string): Html {
  const name = names.get(appId);
  return name === undefined ? html`<code>${appId}</code>` : html`${name} <code>${appId}</code>`;
}
