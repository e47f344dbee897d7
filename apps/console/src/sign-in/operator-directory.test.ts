import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { insertApp, usePostgres } from '@signalbox/testing';
import { OperatorDirectory } from './operator-directory.js';

describe('what a holder of a session may do', () => {
  const postgres = usePostgres();
  const sql = (text: string, params: unknown[]) => postgres.database().query(text, params);

  async function signedIn(status: string, expires: string, revoked: string | null, role: string | null) {
    const [app, user, session] = [await insertApp(postgres.database()), newUuid(), newUuid()];
    await sql(
      `INSERT INTO auth_user (id, app_id, email, email_key, status) VALUES ($1, $2, 'ann@example.com', 'ann', $3)`,
      [...[user, app, status]],
    );
    await sql(
      `INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, expires_at, revoked_at, revoked_reason)
       VALUES ($1, $2, $3, 'cli', now(), '1fa', '{pwd}', now() + $4::interval, now() - $5::interval, CASE WHEN $5::text IS NOT NULL THEN 'user_disabled' END)`,
      [session, app, user, expires, revoked],
    );
    if (role !== null) await sql(`INSERT INTO operator (user_id, app_id, role) VALUES ($1, $2, $3)`, [user, app, role]);
    const directory = new OperatorDirectory(postgres.database(), createLogger('console', 'silent'));
    const ids = { userId: formatId('user', user), sessionId: formatId('session', session) };
    const found = await directory.find({ kind: 'user', ...ids });
    return found.kind === 'operator' ? found.operator.role : found.kind;
  }

  it.each([
    ['active', '1 hour', null, 'viewer', 'viewer'],
    ['active', '1 hour', null, null, 'no_role'],
    ['disabled', '1 hour', null, 'admin', 'ended'],
    ['erasing', '1 hour', null, 'admin', 'ended'],
    ['active', '-1 second', null, 'admin', 'ended'],
    ['active', '1 hour', '1 second', 'admin', 'ended'],
  ] as const)(
    'of a user who is %s, in a session that ends in %s and was ended (%s), with the role %s: %s',
    async (status, expires, revoked, role, may) => {
      expect(await signedIn(status, expires, revoked, role)).toBe(may);
    },
  );
});
