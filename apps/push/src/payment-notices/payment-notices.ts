import { noticeIdOf } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { registerConsumer, runConsumer, type AfterCommit, type LoggedEvent } from '@signalbox/event-log';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import { notificationsById } from '../work/notifications-by-id.js';
import { acceptNotices } from './accept-notices.js';
import { judge, type Silence, type Told } from './judge.js';
import { ENDING_TYPES, isTold, TOLD_TYPES } from './notice-kinds.js';
import { Stories } from './stories.js';
import { withdrawNotices } from './withdraw-notices.js';

const POLL_MS = 250;
const PLACE = { name: 'push.payment-notices', startFrom: 'now' } as const;

/** What became of a fact that could be told. `repeated`: its notice is there already, from before a reader was set back. */
type Outcome = Silence | 'told' | 'repeated' | 'withdrawn';

/**
 * The last mile of a payment: tells users of facts about their money. Follows the feed and accepts a notification for each,
 * in the transaction that moves the cursor: once, whoever dies. Processes take turns under one name.
 */
export class PaymentNotices {
  private readonly outcomes;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly cipher: ContentCipher;
      readonly publisher: Publisher;
      readonly logger: Logger;
      readonly metrics: Metrics;
    },
  ) {
    this.outcomes = parts.metrics.counter(
      'payment_notices_total',
      'Facts about money that a user could be told of, by what became of them',
      ['type', 'outcome'],
    );
  }

  /** Resolves once no fact that commits from now on can be missed. */
  register(): Promise<void> {
    return registerConsumer({ database: this.parts.database, ...PLACE });
  }

  start(): void {
    const { database, logger } = this.parts;
    this.following = runConsumer({
      database,
      ...PLACE,
      types: [...TOLD_TYPES, ...ENDING_TYPES],
      pollMs: POLL_MS,
      signal: this.stopping.signal,
      handle: (tx, events) => this.handle(tx, events),
      onError: atMostOnceAMinute((error: unknown, keptBack) =>
        logger.warn({ err: error, keptBack }, 'facts about payments were not told; trying again'),
      ),
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private async handle(tx: Sql, events: readonly LoggedEvent[]): Promise<AfterCommit> {
    const now = Date.now();
    const stories = await Stories.read(tx, events, now);
    const candidates = events.filter(({ type }) => isTold(type));
    const known = await notificationsById(
      tx,
      candidates.map(({ id }) => noticeIdOf(id)),
    );
    const told: Told[] = [];
    const counts: { type: string; outcome: Outcome; times: number }[] = [];
    for (const event of candidates) {
      const verdict = known.has(noticeIdOf(event.id)) ? 'repeated' : judge(event, stories.of(event), now);
      const isSilence = typeof verdict === 'string';
      if (!isSilence) told.push(verdict);
      counts.push({ type: event.type, outcome: isSilence ? verdict : 'told', times: 1 });
    }
    const offers = await atCrashPoint('notice.write', () => acceptNotices(tx, this.parts.cipher, told));
    const endings = events.filter(({ type }) => !isTold(type));
    for (const [type, times] of await withdrawNotices(tx, endings, stories)) {
      counts.push({ type, outcome: 'withdrawn', times });
    }
    return () => {
      for (const { type, outcome, times } of counts) this.outcomes.inc({ type, outcome }, times);
      void this.parts.publisher.publish(offers, 'notice.publish');
    };
  }
}
