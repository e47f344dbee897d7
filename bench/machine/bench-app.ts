import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { hashApiKey, newKeyText } from '@signalbox/http';
import { INSERT_APP, INSERT_KEY } from './bench-app.queries.ts';

/** An app, and a secret key of it with these scopes. */
export async function insertBenchApp(
  database: Database,
  scopes: readonly string[],
): Promise<{ readonly appId: Uuid; readonly apiKey: string }> {
  const [appId, apiKey] = [newUuid(), newKeyText('secret', 'test')];
  await database.query(INSERT_APP, [appId]);
  await database.query(INSERT_KEY, [newUuid(), appId, hashApiKey(apiKey), scopes]);
  return { appId, apiKey };
}
