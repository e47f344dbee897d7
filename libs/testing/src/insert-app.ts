import { newUuid, type Scope, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { hashApiKey, newKeyText } from '@signalbox/http';

type Mode = 'live' | 'test';

/** An app, where no auth service runs that could make it. */
export async function insertApp(database: Database, mode: Mode = 'test'): Promise<Uuid> {
  const id = newUuid();
  await database.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'shop', $2)`, [id, mode]);
  return id;
}

/** An app and a secret key of it. */
export async function insertAppWithKey(
  database: Database,
  scopes: readonly Scope[],
  mode: Mode = 'test',
): Promise<{ readonly id: Uuid; readonly key: string }> {
  const [id, key] = [await insertApp(database, mode), newKeyText('secret', mode)];
  await database.query(
    `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes) VALUES ($1, $2, 'secret', 'test', 'sbk_', $3, $4)`,
    [newUuid(), id, hashApiKey(key), scopes],
  );
  return { id, key };
}
