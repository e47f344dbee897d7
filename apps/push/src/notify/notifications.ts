import {
  type DryRunAnswer,
  formatId,
  newUuid,
  timeOfUuid,
  type NotificationEdit,
  type NotificationRequest,
  type Uuid,
} from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { Problem } from '@signalbox/http';
import { inSpan, traceparent } from '@signalbox/telemetry';
import { acceptedData } from './accepted-data.js';
import type { Acceptor, AcceptResult, KeyClaim } from './acceptor.js';
import { cancelNotification, type Cancellation } from './cancel-notification.js';
import { editNotification, type Edited } from './edit-notification.js';
import type { Composed, Composer } from './composer.js';
import { viewDryRun } from './dry-run-view.js';
import { type DayOfReceipts, receiptsByDay } from '../receipts/receipt-counts.js';
import { idempotencyHash, requestHash } from './idempotency.js';
import { type DeviceOfStory, devicesOfStory } from './devices-of-story.js';
import { findAccepted, readHistory, refuseBroadcast, type NotificationHistory } from './notification-history.js';
import type { Quotas } from '../quotas/quotas.js';
import { APP_OF_NOTIFICATION } from './read.queries.js';
import { rehearse } from './rehearsal.js';
import { refuseTooFarAhead, timingOf } from './timing.js';

/**
 * A caller's key, and what it was sent with: a key that we made of a batch's key and a line's place must not meet the
 * same letters sent by hand with one notification.
 */
export interface RequestKey {
  readonly route: 'POST /v1/notifications' | 'POST /v1/notifications/batch';
  readonly key: string;
}

/** From when a request is ready until it is known to be stored: it may wait for the commit of others first. */
const COMMIT = { name: 'commit' } as const;

/** Notifications of all apps, as the routes see them. Every method is bound to the caller's app. */
export class Notifications {
  constructor(
    private readonly acceptor: Acceptor,
    private readonly cipher: ContentCipher,
    private readonly database: Database,
    private readonly composer: Composer,
    /** Days ahead that one may be scheduled. */
    private readonly daysAhead: number,
    private readonly quotas: Quotas,
  ) {}

  /**
   * Has a request accepted, within the quotas of its app.
   *
   * @throws Problem 422 for words that could not be sent, or a time that is too far off; 429 when its app has sent what it may.
   */
  send(appId: Uuid, request: NotificationRequest, key: RequestKey | undefined): Promise<AcceptResult> {
    const earlier = async () => key && this.acceptor.earlier(claimOf(appId, request, key));
    return this.quotas.spend(appId, () => this.accept(appId, request, key), earlier);
  }

  /** What would be sent to whom at this moment. Nothing is stored, sent or counted. @throws Problem 422 as `send` does. */
  async dryRun(appId: Uuid, request: NotificationRequest): Promise<DryRunAnswer> {
    const id = newUuid();
    const composed = await this.composer.compose(appId, request);
    const timing = timingOf(timeOfUuid(id), request.options);
    const payload = { root: id, ...acceptedData(request.to, composed, timing) };
    return viewDryRun(composed, payload, await rehearse(this.database, appId, id, payload));
  }

  /** Whose it is, for who may ask about all of them; undefined when there is no such notification. */
  async appOf(id: Uuid): Promise<Uuid | undefined> {
    const { rows } = await this.database.query<{ appId: Uuid }>(APP_OF_NOTIFICATION, [id]);
    return rows[0]?.appId;
  }

  /** All that is known of one; undefined when this app has no such notification. */
  history(appId: Uuid, id: Uuid): Promise<NotificationHistory | undefined> {
    return readHistory(this.database, appId, id);
  }

  /** Some devices that it did not reach, as they are now: what `explain` needs besides the history. */
  unreachedDevices(appId: Uuid, history: NotificationHistory): Promise<DeviceOfStory[]> {
    return devicesOfStory(this.database, appId, history);
  }

  /** What phones said of it, by day; undefined when this app has no such notification. */
  async receipts(appId: Uuid, id: Uuid): Promise<DayOfReceipts[] | undefined> {
    const accepted = await findAccepted(this.database, appId, id);
    return accepted && receiptsByDay(this.database, id);
  }

  /** Takes one back; undefined when this app has no such notification. */
  async cancel(appId: Uuid, id: Uuid): Promise<Cancellation | undefined> {
    const accepted = await findAccepted(this.database, appId, id);
    if (accepted === undefined) return undefined;
    refuseBroadcast(id, accepted);
    return cancelNotification(this.database, appId, id, accepted);
  }

  /** Changes one; undefined when this app has no such notification. @throws Problem 409 for a broadcast, 422 as `send` does. */
  async edit(appId: Uuid, id: Uuid, edit: NotificationEdit): Promise<Edited | undefined> {
    const accepted = await findAccepted(this.database, appId, id);
    if (accepted === undefined) return undefined;
    refuseBroadcast(id, accepted);
    refuseTooFarAhead(edit.options?.sendAt ?? undefined, this.daysAhead, timeOfUuid(id));
    const edited = await editNotification(this.database, this.cipher, this.composer, appId, id, edit);
    if (edited.edit === 'edited') this.acceptor.publish(edited.offers);
    return edited;
  }

  /** Gives it its id, and seals what it says. */
  private async accept(appId: Uuid, request: NotificationRequest, key: RequestKey | undefined): Promise<AcceptResult> {
    refuseTooFarAhead(request.options.sendAt, this.daysAhead);
    const id = newUuid();
    const composed = await this.compose(appId, request, key);
    if ('kind' in composed) return composed;
    const sealer = await this.cipher.sealerOf(appId);
    return inSpan(COMMIT, (span) => {
      const trace = traceparent();
      if (trace !== undefined) span.note({ 'signalbox.notification': formatId('notification', id) });
      return this.acceptor.accept(() => {
        const timing = timingOf(timeOfUuid(id), request.options);
        return {
          id,
          appId,
          lane: request.options.priority,
          subject: formatId('notification', id),
          payload: JSON.stringify(acceptedData(request.to, composed, timing, trace)),
          content: sealer.encrypt(JSON.stringify(composed.content)),
          dekId: sealer.id,
          ...(timing.dueAt !== undefined && { dueAt: timing.dueAt }),
          ...(key && { key: claimOf(appId, request, key) }),
        };
      });
    });
  }

  /** A request that was accepted before is answered as then, though its template may be gone since. */
  private async compose(
    appId: Uuid,
    request: NotificationRequest,
    key: RequestKey | undefined,
  ): Promise<Composed | AcceptResult> {
    try {
      return await this.composer.compose(appId, request);
    } catch (error) {
      if (!(error instanceof Problem) || key === undefined) throw error;
      const earlier = await this.acceptor.earlier(claimOf(appId, request, key));
      if (earlier?.kind === 'replayed') return earlier;
      throw error;
    }
  }
}

function claimOf(appId: Uuid, request: NotificationRequest, { route, key }: RequestKey): KeyClaim {
  return { hash: idempotencyHash(appId, route, key), requestHash: requestHash(request) };
}
