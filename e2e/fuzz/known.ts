import type { Belongings } from '../belongings/belongings.js';
import type { Known } from './valid-values.js';

/** What stands in bodies and queries by these names, wherever it does. */
export function knownFrom(own: Belongings, others: Belongings): Known {
  const ids = (place: string) => [own.ids[place]!, others.ids[place]!];
  return {
    appId: [own.appId, own.appId, others.appId],
    userId: [own.user.userId, others.user.userId],
    installationId: ids('push /v1/devices/{installationId}'),
    paymentId: ids('payments /v1/payments/{id}'),
    credentialId: ids('push /v1/holds/{credentialId}'),
    deviceId: ids('push /v1/devices/{installationId}'),
    notificationId: ids('push /v1/notifications/{id}'),
    topic: ids('push /v1/topics/{topic}'),
    after: [
      own.ids['push /v1/notifications/{id}']!,
      own.ids['events /v1/events/{id}']!,
      own.ids['payments /v1/payments/{id}']!,
    ],
  };
}
