import { formatId, newUuid, type OperatorRole, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { insertApp } from '@signalbox/testing';
import { OperatorPassword } from './sign-in/operator-password.js';
import { Sessions } from './sign-in/sessions.js';

/** Somebody who has signed in at the auth service, and has a session here. */
export interface Colleague {
  readonly user: Uuid;
  readonly userId: string;
  readonly cookie: string;
  readonly formToken: string;
}

/** As the auth service leaves it after a sign-in; `role` undefined: nobody gave them one. `password` is the console's. */
export async function insertColleague(
  database: Database,
  password: string,
  role: OperatorRole | undefined,
): Promise<Colleague> {
  const [user, session] = [newUuid(), newUuid()];
  const app = await insertApp(database);
  const email = `${user}@example.com`;
  await database.query(
    'INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at) VALUES ($1, $2, $3, $3, now())',
    [user, app, email],
  );
  await database.query(
    `INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, activated_at, expires_at)
     VALUES ($1, $2, $3, 'cli_console', now(), 'urn:signalbox:1fa', '{pwd}', now(), now() + interval '1 day')`,
    [session, app, user],
  );
  if (role !== undefined)
    await database.query('INSERT INTO operator (user_id, app_id, role) VALUES ($1, $2, $3)', [user, app, role]);
  const userId = formatId('user', user);
  const sessions = sessionsOf(password);
  const value = sessions.open({ kind: 'user', userId, sessionId: formatId('session', session) });
  return { user, userId, cookie: `signalbox_session=${value}`, formToken: sessions.formToken(value) };
}

const known = new Map<string, Sessions>();

/** The key is slow to make, on purpose. */
function sessionsOf(password: string): Sessions {
  const found = known.get(password) ?? new Sessions(new OperatorPassword(password).sessionKey());
  known.set(password, found);
  return found;
}
