import { appLimits, type AppLimits, formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { KEYS_OF_APP, PUT_LIMITS, READ_LIMITS } from './app-limit.queries.js';

/** What operators let apps ask for. */
export class AppLimitDesk {
  constructor(private readonly database: Database) {}

  async of(appId: Uuid): Promise<AppLimits> {
    const { rows } = await this.database.query<{ limits: unknown }>(READ_LIMITS, [appId]);
    return appLimits.parse(rows[0]?.limits ?? {});
  }

  /** In force everywhere within a second. @returns keys that are named and not of this app, and then nothing is changed. */
  async put(appId: Uuid, limits: AppLimits): Promise<{ readonly strangers: readonly string[] }> {
    return this.database.transaction(async (tx) => {
      const strangers = await strangersAmong(tx, appId, Object.keys(limits.keys));
      if (strangers.length > 0) return { strangers };
      const { rows } = await tx.query<{ version: number }>(PUT_LIMITS, [appId, JSON.stringify(limits)]);
      const [changed] = rows;
      if (changed === undefined) return { strangers };
      const { version } = changed;
      await append(tx, [{ appId, type: 'app.limits_changed', subject: formatId('app', appId), data: { version } }]);
      return { strangers };
    });
  }
}

async function strangersAmong(tx: Sql, appId: Uuid, keys: readonly string[]): Promise<string[]> {
  const ids = keys.flatMap((key) => parseId('key', key) ?? []);
  if (keys.length === 0) return [];
  const { rows } = await tx.query<{ id: Uuid }>(KEYS_OF_APP, [appId, ids]);
  const own = new Set(rows.map(({ id }) => formatId('key', id)));
  return keys.filter((key) => !own.has(key));
}
