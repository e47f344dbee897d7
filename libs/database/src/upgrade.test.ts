import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { migrate } from './migrator.js';
import { openDatabase } from './pg-database.js';
import { OWN_MIGRATIONS, readMigrationStatus } from './migration-status.js';
import type { Database } from './sql.js';

/** The last migration of the older state: before policies, templates, broadcasts, receipts and everything operators have. */
const OLDER = '20261130000101_key_expiry';
const [app, device, credential, notification, delivery, letter] = Array.from({ length: 6 }, () => newUuid());

/** As the version of that time wrote them. */
const OLD_ROWS = `
  INSERT INTO app (id, name, mode) VALUES ('${app}', 'Shop', 'live');
  INSERT INTO category (app_id, name, guarantee) VALUES ('${app}', 'codes', 'at-most-once');
  INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ('${credential}', '${app}', 'apns', 3, '\\x01', '{"keyId": "K"}');
  INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status)
    VALUES ('${device}', '${app}', 'phone-1', 'ann', 'ios', 'apns', 'a1', 'production', 'com.example.shop', 'active');
  INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ('${notification}', '${app}', 'notification.accepted', 'ntf_1', '{"to": {"userId": "ann"}}');
  INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt) VALUES ('${delivery}', '${app}', '${notification}', '${device}', 'apns', 'sent', 1);
  INSERT INTO hold (credential_id, lane, until, reason) VALUES ('${credential}', '*', now() + interval '1 h', 'TooManyRequests');
  INSERT INTO push_work (id, root_id, queue, lane, items, next_offer_at, due_at)
    VALUES ('${notification}', '${notification}', 'push.route.transactional', 'transactional', '[{"n": "x"}]', now(), now());
  INSERT INTO dead_letter (id, app_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt)
    VALUES ('${letter}', '${app}', '${notification}', '${device}', '${notification}', 'apns', 'push.apns.bulk', 'bulk', 'ServiceUnavailable', 5)`;

describe('an installation of an older version', () => {
  const older = `older_${newUuid().replaceAll('-', '')}`;
  let folder: string;
  let database: Database;
  // Hooks run in the order of their making: this one before the server is left.
  afterAll(async () => {
    await database.close();
    await postgres.database().query(`DROP DATABASE ${older} WITH (FORCE)`);
    await rm(folder, { recursive: true });
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'older-'));
    for (const name of (await readdir(OWN_MIGRATIONS)).filter((each) => each <= OLDER))
      await cp(join(OWN_MIGRATIONS, name), join(folder, name), { recursive: true });
    await postgres.database().query(`CREATE DATABASE ${older} TEMPLATE template0`);
    const url = Object.assign(new URL(postgres.url()), { pathname: `/${older}` }).toString();
    database = openDatabase({ url, name: 'upgrade', maxConnections: 2, onIdleError: () => undefined });
    await migrate(url, folder);
    for (const row of OLD_ROWS.split(';')) await database.query(row);
    await migrate(url, OWN_MIGRATIONS);
  });

  it('has everything that it had when it is migrated, and what is new of it beside', async () => {
    expect(await readMigrationStatus(database, OWN_MIGRATIONS)).toMatchObject({
      pending: [],
      changed: [],
      unfinished: [],
    });
    const { rows } = await database.query(
      `SELECT d.status, d.session_id AS session, n.payload #>> '{to,userId}' AS "to", s.state, s.received_at AS received,
         c.version, h.reason, l.user_id AS "userId", w.items
       FROM device d, event_log n, delivery s, credential c, hold h, dead_letter l, push_work w`,
    );
    expect(rows).toEqual([
      {
        ...{ status: 'active', session: null, to: 'ann', state: 'sent', received: null, version: 3 },
        ...{ reason: 'TooManyRequests', userId: null, items: [{ n: 'x' }] },
      },
    ]);
  });

  it('has its categories in the first version of its policy', async () => {
    const { rows } = await database.query('SELECT app_id, name, guarantee FROM category');
    expect(rows).toEqual([{ app_id: app, name: 'codes', guarantee: 'at-most-once' }]);
    expect((await database.query('SELECT version FROM push_policy')).rowCount).toBe(1);
  });

  it('takes what a new version writes, in the states that are new', async () => {
    await database.query(`UPDATE delivery SET state = 'opened', opened_at = now() WHERE id = $1`, [delivery]);
    await database.query(
      `INSERT INTO flag_stance (process, flag, source, is_on, apps, until) VALUES ('a:1', 'push.apns', 'file', false, '{}', now())`,
    );
    expect((await database.query(`SELECT FROM delivery WHERE state = 'opened'`)).rowCount).toBe(1);
  });
});
