import { listen, type Listener, type Sql } from '@signalbox/database';
import { RUN_OF_SERVER, type RedisConnection } from '@signalbox/redis';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { Revocation } from '../revocations/revocation.js';
import { readRevocations } from '../revocations/revocation.queries.js';
import { connectRedis, leaveRedis } from '../connect-redis.js';
import { packEntries, streamKeys } from './stream-message.js';

const EVERY = 1_000;
/** Of revocations in one message, and of messages that the stream keeps: more than an hour of signs of life. */
const MOST_ENTRIES = 200;
const MOST_MESSAGES = 10_000;

/** Numbers and appends in one step, so that numbers have no gap whoever writes; and says which run of which server did it. */
const APPEND = `${RUN_OF_SERVER}
  for i = 2, #ARGV do
    local number = redis.call('INCR', KEYS[2])
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ${MOST_MESSAGES}, '*', 'run', run,
      'number', number, 'knownAt', ARGV[1], 'entries', ARGV[i])
  end`;

export interface RelayOptions {
  readonly sql: Sql;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly logger: Logger;
}

/**
 * Brings revocations from Postgres into a stream in Redis after they were committed, and a sign of life each second that says: by
 * now all is in the stream. Several may run; whatever is said twice changes nothing. What Redis did not take is said again.
 */
export class RevocationRelay {
  private readonly redis: RedisConnection;
  private readonly pulse = new Chore(EVERY, () => this.relay());
  private listener: Listener | undefined;
  private horizon = '0';
  /** What the stream was told, by its number in Postgres: a long transaction anywhere makes the same rows be read again. */
  private readonly told = new Map<string, number>();
  private round: Promise<void> = Promise.resolve();
  private isWaiting = false;
  private readonly onTrouble = atMostOnceAMinute((error: unknown, keptBack) =>
    this.options.logger.warn(
      { err: error, keptBack },
      'revocations do not reach redis; services ask postgres meanwhile',
    ),
  );

  constructor(private readonly options: RelayOptions) {
    this.redis = connectRedis(options.redisUrl, this.onTrouble);
  }

  start(): void {
    this.pulse.start();
    this.listener = listen({
      url: this.options.databaseUrl,
      name: 'signalbox-revocation-relay',
      channel: 'signalbox_revocations',
      onNotice: () => void this.relay(),
      onListening: () => void this.relay(),
      onTrouble: this.onTrouble,
    });
  }

  async stop(): Promise<void> {
    await this.listener?.close();
    await this.pulse.stop();
    await this.round;
    await leaveRedis(this.redis);
  }

  /** One round after another; those who come while one waits share it. */
  private relay(): Promise<void> {
    if (this.isWaiting) return this.round;
    this.isWaiting = true;
    this.round = this.round.then(async () => {
      this.isWaiting = false;
      await this.relayOnce().catch(this.onTrouble);
    });
    return this.round;
  }

  private async relayOnce(): Promise<void> {
    const knownAt = Date.now();
    const { horizon, entries } = await readRevocations(this.options.sql, this.horizon);
    const news = entries.filter(({ seq }) => !this.told.has(seq));
    await this.append(knownAt, news);
    for (const { seq, expiresAt } of news) this.told.set(seq, expiresAt);
    for (const [seq, expiresAt] of this.told) if (expiresAt <= knownAt) this.told.delete(seq);
    this.horizon = BigInt(horizon) < BigInt(this.horizon) ? '0' : horizon;
  }

  /** The last message is a sign of life: it comes when all before it were taken. */
  private async append(knownAt: number, news: readonly Revocation[]): Promise<void> {
    const { stream, number } = streamKeys(this.options.prefix);
    const messages: string[] = [];
    for (let at = 0; at < news.length; at += MOST_ENTRIES)
      messages.push(packEntries(news.slice(at, at + MOST_ENTRIES)));
    if (messages.length === 0) messages.push(packEntries([]));
    await this.redis.eval(APPEND, 2, stream, number, knownAt, ...messages);
  }
}
