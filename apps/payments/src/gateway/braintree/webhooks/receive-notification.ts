import { createHash } from 'node:crypto';
import { newUuid, QUEUES } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { firstOffer, type Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { inSpan, traceparent } from '@signalbox/telemetry';
import type { BraintreeSource } from './braintree-sources.js';
import type { Notification } from './notification.js';
import { RECEIVE_NOTIFICATION } from './receive.queries.js';

/** `stored`: committed now; `repeated`: it was here before. Either way what has to be looked into is owed. */
export type Receipt = 'stored' | 'repeated';

const COMMIT = { name: 'commit' } as const;

/** Takes notifications on, each once. The job that wakes a worker comes after the commit and may be lost. */
export class NotificationReceiver {
  constructor(
    private readonly database: Database,
    private readonly cipher: ContentCipher,
    private readonly publisher: Publisher,
  ) {}

  /** @throws DatabaseUnreachable when it is not known whether it is stored. */
  async receive({ id: source, appId }: BraintreeSource, notification: Notification, payload: string): Promise<Receipt> {
    const { kind, subjectType, subjectId, notifiedAt } = notification;
    const { content, dekId } = await this.cipher.encrypt(appId, Buffer.from(payload));
    const work = newUuid();
    const queue = QUEUES.braintreeTransactional;
    const { rows } = await inSpan(COMMIT, () =>
      atCrashPoint('braintree-receive.commit', () =>
        this.database.query<{ stored: boolean; queued: boolean }>(RECEIVE_NOTIFICATION, [
          newUuid(),
          appId,
          source,
          createHash('sha256').update(payload).digest(),
          ...[kind, subjectType, subjectId, notifiedAt.toISOString()],
          ...[content, dekId],
          ...[work, queue],
          traceparent() ?? null,
        ]),
      ),
    );
    const { stored, queued } = rows[0]!;
    const offer = { id: work, rootId: work, queue, lane: 'transactional', appId, items: [work] } as const;
    if (queued) void this.publisher.publish([firstOffer(offer)], 'braintree-receive.publish');
    return stored ? 'stored' : 'repeated';
  }
}
