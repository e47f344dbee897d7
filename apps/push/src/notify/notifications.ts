import {
  formatId,
  newUuid,
  timeOfUuid,
  type NotificationAccepted,
  type NotificationRequest,
  type Uuid,
} from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Acceptor, AcceptResult } from './acceptor.js';
import { cancelNotification, type Cancellation } from './cancel-notification.js';
import { idempotencyHash, requestHash } from './idempotency.js';
import { type DeviceOfStory, devicesOfStory } from './devices-of-story.js';
import { findAccepted, readHistory, type NotificationHistory } from './notification-history.js';

/**
 * A caller's key, and what it was sent with: a key that we made of a batch's key and a line's place must not meet the
 * same letters sent by hand with one notification.
 */
export interface RequestKey {
  readonly route: 'POST /v1/notifications' | 'POST /v1/notifications/batch';
  readonly key: string;
}

/** Notifications of all apps, as the routes see them. Every method is bound to the caller's app. */
export class Notifications {
  constructor(
    private readonly acceptor: Acceptor,
    private readonly cipher: ContentCipher,
    private readonly database: Database,
  ) {}

  /** Gives a validated request its id, seals its content and has it accepted. */
  async send(appId: Uuid, request: NotificationRequest, key: RequestKey | undefined): Promise<AcceptResult> {
    const id = newUuid();
    const { content, dekId } = await this.cipher.encrypt(appId, Buffer.from(JSON.stringify(request.content)));
    return this.acceptor.accept({
      id,
      appId,
      lane: request.options.priority,
      subject: formatId('notification', id),
      payload: JSON.stringify(acceptedData(id, request)),
      content,
      dekId,
      ...(key === undefined
        ? {}
        : { key: { hash: idempotencyHash(appId, key.route, key.key), requestHash: requestHash(request) } }),
    });
  }

  /** All that is known of one; undefined when this app has no such notification. */
  history(appId: Uuid, id: Uuid): Promise<NotificationHistory | undefined> {
    return readHistory(this.database, appId, id);
  }

  /** Some devices that it did not reach, as they are now: what `explain` needs besides the history. */
  unreachedDevices(appId: Uuid, history: NotificationHistory): Promise<DeviceOfStory[]> {
    return devicesOfStory(this.database, appId, history);
  }

  /** Takes one back; undefined when this app has no such notification. */
  async cancel(appId: Uuid, id: Uuid): Promise<Cancellation | undefined> {
    const accepted = await findAccepted(this.database, appId, id);
    return accepted && cancelNotification(this.database, appId, id, accepted);
  }
}

/** What the log and the feed say of the notification; its content is not among it. */
function acceptedData(id: Uuid, request: NotificationRequest): Omit<NotificationAccepted, 'root'> {
  const { priority, ttlSeconds, category, collapseKey } = request.options;
  return {
    lane: priority,
    to: request.to as NotificationAccepted['to'],
    expiresAt: new Date(timeOfUuid(id) + ttlSeconds * 1_000).toISOString(),
    ...(category === undefined ? {} : { category }),
    ...(collapseKey === undefined ? {} : { collapseKey }),
  };
}
