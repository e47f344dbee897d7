import { firstUuidAt, formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { findAtStripe } from '../payments/find-at-stripe.js';
import { userUrl } from '../users/user-url.js';
import { APPS_OF_USER, DEVICES_OF_INSTALLATION, KIND_OF_UUID, NOTIFICATION_OF_DELIVERY } from './find.queries.js';
import type { Named } from './what-it-names.js';

/** A page that tells of what was looked for. */
export interface Place {
  readonly url: string;
  readonly what: 'user' | 'installation' | 'thing';
  /** `app_...`, where the same name may be known to several. */
  readonly appId?: string;
}

/** Milliseconds: notifications of this time are looked through for their receivers. */
const LOOKED_THROUGH = 7 * 86_400_000;

/** The pages that tell of it, none when nothing here has that name. */
export async function findPlaces(sql: Sql, named: Named, now: number = Date.now()): Promise<Place[]> {
  switch (named.kind) {
    case 'text':
      return [...(await usersOf(sql, named.text, now)), ...(await installationsOf(sql, named.text))];
    case 'user':
      return usersOf(sql, formatId('user', named.id), now).then((places) =>
        places.length > 0 ? places : [subject(formatId('user', named.id))],
      );
    case 'uuid': {
      const { rows } = await sql.query<{ kind: 'delivery' | 'notification' | 'event' | 'device' | 'payment' }>(
        KIND_OF_UUID,
        [named.id],
      );
      return rows[0] === undefined ? [] : findPlaces(sql, { kind: rows[0].kind, id: named.id }, now);
    }
    case 'delivery': {
      const { rows } = await sql.query<{ notificationId: Uuid }>(NOTIFICATION_OF_DELIVERY, [named.id]);
      return rows.map(({ notificationId }) =>
        thing(`/notifications/${formatId('notification', notificationId)}#${formatId('delivery', named.id)}`),
      );
    }
    case 'notification':
      return [thing(`/notifications/${formatId('notification', named.id)}`)];
    case 'device':
      return [thing(`/devices/${formatId('device', named.id)}`)];
    case 'event':
      return [thing(`/events/${formatId('event', named.id)}`)];
    case 'key':
      return [thing(`/keys/${formatId('key', named.id)}`)];
    case 'broadcast':
      return [thing(`/broadcasts/${formatId('broadcast', named.id)}`)];
    case 'webhookEndpoint':
      return [thing(`/webhooks/${formatId('webhookEndpoint', named.id)}`)];
    case 'payment':
      return [thing(`/payments/${formatId('payment', named.id)}`)];
    case 'stripe': {
      const { pages, users } = await findAtStripe(sql, named.id);
      return [
        ...users.map(({ appId, userId }): Place => ({ url: userUrl(appId, userId), what: 'user', appId })),
        ...pages.map(({ url, appId }): Place => ({ url, what: 'thing', appId })),
      ];
    }
    default:
      return [subject(formatId(named.kind, named.id))];
  }
}

/** Whatever has facts in the log has a story there. */
const subject = (id: string): Place => thing(`/events?subject=${id}`);

const thing = (url: string): Place => ({ url, what: 'thing' });

async function usersOf(sql: Sql, user: string, now: number): Promise<Place[]> {
  const { rows } = await sql.query<{ id: Uuid }>(APPS_OF_USER, [user, firstUuidAt(now - LOOKED_THROUGH)]);
  return rows.map(({ id }) => {
    const appId = formatId('app', id);
    return { url: userUrl(appId, user), what: 'user', appId };
  });
}

async function installationsOf(sql: Sql, installation: string): Promise<Place[]> {
  const { rows } = await sql.query<{ id: Uuid; appId: Uuid }>(DEVICES_OF_INSTALLATION, [installation]);
  return rows.map(({ id, appId }) => ({
    url: `/devices/${formatId('device', id)}`,
    what: 'installation',
    appId: formatId('app', appId),
  }));
}
