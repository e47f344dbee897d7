import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { firstUuidAt, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { ensurePartitions } from '@signalbox/event-log';
import { insertApp, usePostgres } from '@signalbox/testing';
import { runChecks } from './database-check.js';
import { DATABASE_CHECKS } from './database-checks.js';
import type { CheckName, Finding } from './finding.js';
import { judgeClocks, readDatabaseClock } from './postgres/clock.js';

const PRISMA = join(import.meta.dirname, '../../../prisma');

describe('the database checks', () => {
  const postgres = usePostgres();
  const sql = (text: string, params: unknown[] = []) => postgres.database().query(text, params);
  const examine = (prisma = PRISMA): Promise<Finding[]> =>
    runChecks(DATABASE_CHECKS, postgres.database(), {
      prisma,
      since: firstUuidAt(Date.now() - 86_400_000),
      connections: undefined,
      now: Date.now(),
    });
  const of = async (check: CheckName): Promise<Finding[]> => (await examine()).filter((each) => each.check === check);
  let app: Uuid;

  beforeAll(async () => {
    await ensurePartitions(postgres.database(), { parents: ['event_log', 'delivery'], daysAhead: 7 });
    app = await insertApp(postgres.database());
  });
  beforeEach(async () => {
    for (const table of ['hold', 'dead_letter', 'push_work', 'webhook_endpoint', 'stripe_source', 'api_key'])
      await sql(`DELETE FROM ${table}`);
  });

  it('find nothing wrong with a database that was just made, but that tests do without fsync', async () => {
    const findings = (await examine()).filter(({ state }) => state !== 'ok');
    expect(findings.filter(({ check }) => check !== 'postgres')).toEqual([]);
    expect(judgeClocks([await readDatabaseClock(postgres.database())])).toMatchObject([{ state: 'ok' }]);
  });

  it('name a notification that was accepted and is nowhere', async () => {
    const id = newUuid();
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, 'notification.accepted', $3, '{}')`,
      [id, app, formatId('notification', id)],
    );
    const [accepted] = await of('invariants');
    expect(accepted).toMatchObject({ state: 'wrong', seen: expect.stringMatching(/1 row breaks .*nowhere/) });
    expect(accepted!.seen).toContain(id);
    await sql(`DELETE FROM event_log WHERE id = $1`, [id]);
  });

  it('see that a restored log is hidden from its readers, and that prisma/restore/after-restore.sql shows it again', async () => {
    const id = newUuid();
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload, xid) VALUES ($1, $2, 'app.created', 'app_x', '{}', '90000000000')`,
      [id, app],
    );
    expect(await of('feed')).toContainEqual(
      expect.objectContaining({
        state: 'wrong',
        runbook: 'restore.md',
        seen: expect.stringContaining('another server'),
      }),
    );
    await sql(await readFile(join(PRISMA, 'restore/after-restore.sql'), 'utf8'));
    expect((await of('feed')).map(({ state }) => state)).toEqual(['ok']);
    expect(
      (await sql(`SELECT FROM event_log WHERE id = $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())`, [id]))
        .rowCount,
    ).toBe(1);
    await expect(sql(`UPDATE event_log SET type = 'x' WHERE id = $1`, [id])).rejects.toThrow('append-only');
  });

  it('see a consumer that stands still', async () => {
    await sql(
      `INSERT INTO consumer (name, cursor_xid, cursor_id, generation) SELECT 'late', '0'::xid8, $1, generation FROM feed_generation`,
      [firstUuidAt(0)],
    );
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload, at) VALUES ($1, $2, 'app.created', 'app_x', '{}', now() - interval '1 h')`,
      [newUuid(), app],
    );
    // Rows of a moment ago come first in the order of commits; the one of an hour ago is what is read next once they are passed.
    await sql(
      `UPDATE consumer SET cursor_xid = (SELECT max(xid::text::numeric)::text FROM event_log)::xid8 WHERE name = 'late'`,
    );
    expect(await of('feed')).toContainEqual(expect.objectContaining({ state: 'wrong', seen: 'late is 60 min behind' }));
    await sql('DELETE FROM consumer');
  });

  it('see days that are missing, rows without a day, and a day that belongs to nothing', async () => {
    await sql('CREATE TABLE delivery_20200101 (id uuid)');
    await sql(
      `INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $2, 'app.created', 'app_x', '{}')`,
      [firstUuidAt(Date.UTC(2040, 0, 1)), app],
    );
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
    await sql(`DROP TABLE delivery_${tomorrow}`);
    const seen = (await of('partitions')).filter(({ state }) => state !== 'ok').map((each) => each.seen);
    expect(seen).toEqual([
      expect.stringContaining('event_log_default holds 1 row'),
      `delivery lacks delivery_${tomorrow}`,
      expect.stringContaining('delivery_20200101'),
    ]);
    await sql('DROP TABLE delivery_20200101');
    await sql('DELETE FROM event_log_default');
    await ensurePartitions(postgres.database(), { parents: ['delivery'], daysAhead: 7 });
  });

  it('see what is held, dead, disabled, silent and about to end', async () => {
    const [credential, notification] = [newUuid(), newUuid()];
    await sql(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ($1, $2, 'apns', 1, '\\x00', '{}')`,
      [credential, app],
    );
    await sql(
      `INSERT INTO hold (credential_id, lane, until, reason, scope) VALUES ($1, '*', now() + interval '1 h', 'InvalidProviderToken', 'credential')`,
      [credential],
    );
    await sql(
      `INSERT INTO dead_letter (id, app_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt)
       VALUES ($1, $2, $1, $1, $1, 'apns', 'push.apns.bulk', 'bulk', 'ServiceUnavailable', 5)`,
      [notification, app],
    );
    await sql(
      `INSERT INTO webhook_endpoint (id, app_id, url, enabled, disabled_reason, disabled_at) VALUES ($1, $2, 'https://x.example', false, 'gone', now())`,
      [newUuid(), app],
    );
    await sql(
      `INSERT INTO stripe_source (id, app_id, name, scope, livemode, shape) VALUES ($1, $2, 'Shop', 'account', false, 'snapshot')`,
      [newUuid(), app],
    );
    await sql(
      `INSERT INTO api_key (id, app_id, kind, name, hint, hash, scopes, expires_at)
       VALUES ($1, $2, 'secret', 'Backend', 'sbk_', '\\x01', '{}', now() + interval '3 days')`,
      [newUuid(), app],
    );
    await sql(
      `INSERT INTO push_work (id, root_id, queue, lane, items, next_offer_at, due_at)
       VALUES ($1, $1, 'push.fcm.bulk', 'bulk', '[1]', now(), now() - interval '10 min')`,
      [newUuid()],
    );
    const seen = (await examine())
      .filter(({ check, state }) => check !== 'postgres' && state !== 'ok')
      .map(({ check, state }) => `${check}: ${state}`);
    expect(seen).toEqual([
      'work: wrong',
      'holds: warning',
      'dead letters: warning',
      'stripe: wrong',
      'webhooks: warning',
      'secrets: warning',
      'phones: warning',
    ]);
    await sql('DELETE FROM credential');
  });

  it('say of an app what stands between it and its phones, and what helps', async () => {
    const shop = await insertApp(postgres.database());
    const [device, notification] = [newUuid(), newUuid()];
    await sql(
      `INSERT INTO device (id, app_id, installation_id, platform, target_kind, target, environment, bundle_id, status, status_reason)
       VALUES ($1, $2, 'a', 'ios', 'apns', 'a1', 'production', 'com.example.shop', 'suspect', 'BadDeviceToken'),
         ($3, $2, 'b', 'android', 'fcm_token', 'b1', 'production', NULL, 'active', NULL)`,
      [device, shop, newUuid()],
    );
    await sql(
      `INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason)
       VALUES ($1, $2, $3, $4, 'apns', 'suspect', 1, 'BadDeviceToken')`,
      [newUuid(), shop, notification, device],
    );
    const found = (await of('phones')).filter(({ seen }) => seen.includes(formatId('app', shop)));
    expect(found).toMatchObject([
      { state: 'warning', seen: expect.stringContaining('1 device of fcm, and no credential for it') },
      { state: 'ok', seen: expect.stringContaining('active devices: 1 of fcm') },
      { state: 'warning', remedy: expect.stringContaining('register with "environment": "sandbox"') },
      {
        state: 'warning',
        seen: expect.stringMatching(/the last attempt, by apns at .*, is suspect: BadDeviceToken \(ntf_/),
        remedy: expect.stringContaining('the token is of the other environment'),
      },
    ]);
    for (const table of ['device', 'delivery']) await sql(`DELETE FROM ${table} WHERE app_id = $1`, [shop]);
  });

  it('are told of as not run where they cannot be, and the others run all the same', async () => {
    const findings = await examine('/nowhere');
    const missing = findings.filter(({ state }) => state === 'not checked').map(({ check }) => check);
    expect(missing).toEqual(['migrations', 'invariants', 'invariants', 'invariants']);
    expect(findings.filter(({ check }) => check === 'work')).toMatchObject([{ state: 'ok' }]);
  });
});
