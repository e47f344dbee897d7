import { randomBytes } from 'node:crypto';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { hashApiKey } from '@signalbox/http';

/** A test app and a secret key of it, where no auth service runs that could make them. */
export async function insertApp(
  database: Database,
  scopes: readonly string[],
): Promise<{ readonly appId: Uuid; readonly key: string }> {
  const [appId, key] = [newUuid(), `sbk_test_${randomBytes(24).toString('base64url')}`];
  await database.query(`INSERT INTO app (id, name, mode) VALUES ($1, 'e2e', 'test')`, [appId]);
  await database.query(
    `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes) VALUES ($1, $2, 'secret', 'e2e', 'sbk_', $3, $4)`,
    [newUuid(), appId, hashApiKey(key), scopes],
  );
  return { appId, key };
}
