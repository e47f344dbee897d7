import { expect } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { eventually } from '@signalbox/testing';
import { goodToken, type Stack } from './stack.js';

/** $1 notification, $2 app, $3 how many, $4 reasons, $5 phones, $6 credential. Ids as push makes them: of the notification's millisecond. */
const INSERT_LETTERS = `
  WITH hashed AS (
    SELECT i, md5(i::text) AS h, md5('device' || i)::uuid AS device, i % $4::int AS reason FROM generate_series(1, $3::int) AS i
  ), made AS (
    SELECT i, device, reason, (left($1::uuid::text, 14) || '7' || substr(h, 1, 3) || '-a' || substr(h, 4, 3) || '-' || substr(h, 7, 12))::uuid AS id
    FROM hashed
  ), phone AS (
    INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status)
    SELECT device, $2::uuid, device, 'ann', 'ios', 'apns', '11' || substr(md5(device::text) || md5(i::text), 3), 'sandbox',
      'com.example.app', 'active'
    FROM made WHERE reason = 0 ORDER BY id LIMIT $5
  ), dead AS (
    INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason, raw)
    SELECT id, $2, $1, device, 'apns', 'dead', 10, 'Reason ' || reason, '{"status": 503, "body": {"reason": "ServiceUnavailable"}}'
    FROM made
  )
  INSERT INTO dead_letter (id, app_id, credential_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt)
  SELECT id, $2, $6::uuid, $1, device, $1, 'apns', 'push.apns.transactional', 'transactional', 'Reason ' || reason, 10 FROM made`;

/**
 * Dead letters of one notification, as push would have left them, of so many reasons in turn: `Reason 0`, `Reason 1`, ... The first `phones`
 * of `Reason 0`, in the order of ids, are of phones that are there and can be reached.
 */
export async function insertLetters(
  stack: Stack,
  database: Database,
  { letters, reasons, phones }: { readonly letters: number; readonly reasons: number; readonly phones: number },
): Promise<void> {
  await stack.registerDevice(stack.app, { installation: 'first', user: 'ann', token: goodToken() });
  const { body } = await stack.push_('POST', '/v1/notifications', { to: { userId: 'ann' }, content: { body: 'x' } });
  const id = body.id as string;
  const app = parseId('app', stack.app.id);
  const { rows } = await database.query<{ id: string }>(
    `SELECT id FROM credential WHERE app_id = $1 AND provider = 'apns'`,
    [app],
  );
  // Routed later it would go to the phones that follow, too.
  await eventually(async () =>
    expect((await stack.push_('GET', `/v1/notifications/${id}`)).body.deliveries).toEqual({ sent: 1 }),
  );
  await database.query(INSERT_LETTERS, [parseId('notification', id), app, letters, reasons, phones, rows[0]!.id]);
  // As autovacuum does within a minute of so many new rows.
  for (const table of ['dead_letter', 'delivery', 'device']) await database.query(`VACUUM (ANALYZE) ${table}`);
}
