import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { goodToken } from '../stack.js';
import type { Ids, Maker } from './maker.js';
import { idOf } from './asking.js';

/** $1 letter, $2 app, $3 credential, $4 notification, $5 device. */
const INSERT_LETTER = `
  WITH dead AS (
    INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt, reason, raw)
    VALUES ($1, $2, $4, $5, 'apns', 'dead', 10, 'ServiceUnavailable', '{"status": 503}')
  )
  INSERT INTO dead_letter (id, app_id, credential_id, notification_id, device_id, root_id, provider, queue, lane, reason, attempt)
  VALUES ($1, $2, $3, $4, $5, $4, 'apns', 'push.apns.transactional', 'transactional', 'ServiceUnavailable', 10)`;
/** $1 credential, $2 app. */
const INSERT_GUARD = `INSERT INTO deletion_guard (credential_id, app_id, provider, allowance, tripped_at) VALUES ($1, $2, 'apns', 0, now())`;
/** $1 credential. */
const INSERT_HOLD = `INSERT INTO hold (credential_id, lane, until, reason) VALUES ($1, 'bulk', now() + interval '1 day', 'TooManyRequests')`;

const NAME = 'shop.news';
const NEXT_YEAR = new Date(Date.now() + 300 * 86_400_000).toISOString();

/** One that nobody has, with a token that the sandbox takes. */
export function newPhone(): object {
  return {
    ...{ platform: 'ios', target: { kind: 'apns', token: goodToken() } },
    ...{ environment: 'sandbox', bundleId: 'com.example.app' },
  };
}

export async function belongingsAtPush(maker: Maker): Promise<{ readonly ids: Ids; readonly deviceId: string }> {
  const { asBackend, asUser, user, credentials } = maker;
  const installation = newUuid();
  const device = await asUser('push', `PUT /v1/devices/${installation}`, newPhone());
  await asUser('push', `PUT /v1/devices/${installation}/topics/${NAME}`);
  await asBackend('push', `PUT /v1/categories/${NAME}`, { guarantee: 'at-least-once' });
  await asBackend('push', `PUT /v1/templates/${NAME}?activate=true`, {
    ...{ defaultLocale: 'en', locales: { en: { body: 'Hello' } } },
  });
  await asBackend('push', `PUT /v1/segments/${NAME}`, { filter: { topic: NAME } });
  await asBackend('push', `PUT /v1/users/${user.userId}/attributes`, { plan: 'gold' });
  const content = { title: 'Hello' };
  const later = { options: { sendAt: NEXT_YEAR } };
  const told = { to: { userId: user.userId }, content, ...later };
  const notification = idOf(await asBackend('push', 'POST /v1/notifications', told));
  const broadcast = await asBackend('push', 'POST /v1/broadcasts', { to: { everyone: true }, content, ...later });
  const schedule = await asBackend('push', 'POST /v1/schedules', {
    ...{ name: NAME, cron: '0 9 1 1 *', notification: { to: { userId: user.userId }, content } },
  });
  const letter = await insertLetter(maker, notification, idOf(device));
  const run = formatId('deadLetterRun', newUuid());
  await asBackend('push', `PUT /v1/dead-letters/runs/${run}`, {
    action: 'discard',
    reason: 'of nothing at all',
    note: 'nothing',
  });
  const ids = {
    'push /v1/broadcasts/{id}': idOf(broadcast),
    'push /v1/dead-letters/runs/{id}': run,
    'push /v1/dead-letters/{id}': letter,
    'push /v1/devices/{installationId}': installation,
    'push /v1/devices/{installationId}/topics/{topic}': NAME,
    'push /v1/notifications/{id}': notification,
    'push /v1/policy/versions/{version}': '1',
    'push /v1/schedules/{id}': idOf(schedule),
    'push /v1/templates/{name}/versions/{version}': '1',
    'push /v1/topics/{topic}': NAME,
    'push /v1/users/{userId}': user.userId,
  };
  const named = ['categories', 'segments', 'templates'].map((what) => [`push /v1/${what}/{name}`, NAME]);
  const ofCredentials = ['breakers', 'deletion-guards', 'holds', 'synthetic-checks'].map((what) => [
    `push /v1/${what}/{credentialId}`,
    credentials['apns']!,
  ]);
  return { ids: { ...ids, ...(Object.fromEntries([...named, ...ofCredentials]) as Ids) }, deviceId: idOf(device) };
}

/** What is left of a provider in trouble: a letter, a credential on hold, a guard that holds deletions. */
async function insertLetter(
  { database, app, credentials }: Maker,
  notification: string,
  device: string,
): Promise<string> {
  const id = laterIdOf(parseId('notification', notification)!);
  const credential = parseId('credential', credentials['apns']!);
  const of = [parseId('notification', notification), parseId('device', device)];
  await database.query(INSERT_LETTER, [id, app.id, credential, ...of]);
  await database.query(INSERT_GUARD, [credential, app.id]);
  await database.query(INSERT_HOLD, [credential]);
  return formatId('delivery', id);
}

/** Of the notification's millisecond, as ids of deliveries are. */
function laterIdOf(notification: Uuid): Uuid {
  return notification.slice(0, 14) + newUuid().slice(14);
}
