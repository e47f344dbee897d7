import { noticeIdOf } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { registerConsumer, runConsumer, type AfterCommit, type LoggedEvent } from '@signalbox/event-log';
import type { Publisher } from '@signalbox/queues';
import { atCrashPoint } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import type { Figures } from '../figures/figures.js';
import { TemplateReader } from '../templates/template-reader.js';
import { notificationsById } from '../work/notifications-by-id.js';
import { acceptNotices } from './accept-notices.js';
import { endingTypes, kindOf, type NoticeCatalogue, toldTypes } from './catalogue.js';
import { judge, type Silence, type Told } from './judge.js';
import { Stories } from './stories.js';
import { withdrawNotices } from './withdraw-notices.js';

const POLL_MS = 250;

/** What became of a fact that could be told. `repeated`: its notice is there already, from before a reader was set back. */
type Outcome = Silence | 'told' | 'repeated' | 'withdrawn';

/**
 * Tells users of facts that concern them. Follows the feed and accepts a notification for each, in the transaction that moves
 * the cursor: once, whoever dies. Processes take turns under the catalogue's name.
 */
export class Notices {
  private readonly outcomes;
  private readonly place;
  private readonly templates: TemplateReader;
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly catalogue: NoticeCatalogue,
    private readonly parts: {
      readonly database: Database;
      readonly cipher: ContentCipher;
      readonly publisher: Publisher;
      readonly figures: Figures;
      readonly logger: Logger;
      readonly metrics: Metrics;
    },
  ) {
    const { name, help } = catalogue.counter;
    this.outcomes = parts.metrics.counter(name, help, ['type', 'outcome']);
    this.templates = new TemplateReader(parts.database);
    this.place = { name: catalogue.reader, startFrom: 'now' } as const;
  }

  /** Resolves once no fact that commits from now on can be missed. */
  register(): Promise<void> {
    return registerConsumer({ database: this.parts.database, ...this.place });
  }

  start(): void {
    const { database, logger } = this.parts;
    this.following = runConsumer({
      database,
      ...this.place,
      types: [...toldTypes(this.catalogue), ...endingTypes(this.catalogue)],
      pollMs: POLL_MS,
      signal: this.stopping.signal,
      handle: (tx, events) => this.handle(tx, events),
      onError: atMostOnceAMinute((error: unknown, keptBack) =>
        logger.warn({ err: error, keptBack }, `facts about ${this.catalogue.about} were not told; trying again`),
      ),
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  private async handle(tx: Sql, events: readonly LoggedEvent[]): Promise<AfterCommit> {
    const now = Date.now();
    await this.catalogue.first?.(tx, events);
    const isTold = ({ type }: LoggedEvent): boolean => kindOf(this.catalogue, type) !== undefined;
    const stories = await Stories.read(tx, this.catalogue, events, now);
    const candidates = events.filter(isTold);
    const known = await notificationsById(
      tx,
      candidates.map(({ id }) => noticeIdOf(id)),
    );
    const told: Told[] = [];
    const counts: { type: string; outcome: Outcome; times: number }[] = [];
    for (const event of candidates) {
      const verdict = known.has(noticeIdOf(event.id))
        ? 'repeated'
        : judge(this.catalogue, event, stories.of(event), now);
      const isSilence = typeof verdict === 'string';
      if (!isSilence) told.push(verdict);
      counts.push({ type: event.type, outcome: isSilence ? verdict : 'told', times: 1 });
    }
    const { cipher, publisher, figures } = this.parts;
    const offers = await atCrashPoint('notice.write', () =>
      acceptNotices(tx, cipher, this.templates, this.catalogue.category, told),
    );
    const endings = events.filter((event) => !isTold(event));
    for (const [type, times] of await withdrawNotices(tx, this.catalogue, endings, stories)) {
      counts.push({ type, outcome: 'withdrawn', times });
    }
    return () => {
      for (const { type, outcome, times } of counts) this.outcomes.inc({ type, outcome }, times);
      for (const { lane, count } of offers) figures.accepted(lane, count);
      void publisher.publish(offers, 'notice.publish');
    };
  }
}
