import { setTimeout } from 'node:timers/promises';
import { RUN_OF_SERVER, type RedisConnection } from '@signalbox/redis';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { RevocationFeed } from '../revocations/revocation-feed.js';
import { connectRedis, leaveRedis, untilTried } from '../connect-redis.js';
import { readMessage, streamKeys, type StreamMessage } from './stream-message.js';

const MOST_MESSAGES = 1_000;
/** Milliseconds that Redis is asked to wait for news; signs of life come each second. */
const WAIT = 2_000;
const AGAIN_AFTER = 250;

/** Not all that was written can be known: Redis was emptied, lost its last writes, or dropped what was not read in time. */
class Gap extends Error {
  override readonly name = 'Gap';
}

/** Whose stream it is that is empty. */
const ASK_RUN = `${RUN_OF_SERVER}
  return run`;

type Place = Pick<StreamMessage, 'id' | 'number' | 'run'>;

export interface StreamOptions {
  readonly feed: RevocationFeed;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly logger: Logger;
}

/**
 * Reads the stream that the relay writes. It may lose anything at any time: messages are numbered, and whoever misses one, or hears
 * nothing, takes a new place at the end of the stream and then reads everything from Postgres.
 */
export class RevocationStream {
  private readonly redis: RedisConnection;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private readonly onTrouble = atMostOnceAMinute((error: unknown, keptBack) =>
    this.options.logger.warn({ err: error, keptBack }, 'the stream of revocations broke; postgres is asked meanwhile'),
  );

  /** Begins to read. */
  constructor(private readonly options: StreamOptions) {
    this.redis = connectRedis(options.redisUrl, this.onTrouble);
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await leaveRedis(this.redis);
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    await untilTried(this.redis, signal);
    while (!this.isStopping()) {
      try {
        const last = await this.last();
        // After the place was taken: what is written from now on is in the stream, or was read already.
        if (!(await this.options.feed.catchUp())) throw new Gap('what came before could not be read');
        await this.follow(last);
      } catch (error) {
        if (this.isStopping()) return;
        this.onTrouble(error);
        await setTimeout(AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Where the stream ends. */
  private async last(): Promise<Place> {
    const { stream } = streamKeys(this.options.prefix);
    const [newest] = await this.redis.xrevrange(stream, '+', '-', 'COUNT', 1);
    if (newest !== undefined) return readMessage(newest);
    return { id: '0-0', number: 0, run: (await this.redis.eval(ASK_RUN, 1, stream)) as string };
  }

  /** Ends with an error, or when the stream has been silent for too long for its end to be where it was. */
  private async follow(from: Place): Promise<void> {
    const { stream } = streamKeys(this.options.prefix);
    let last = from;
    while (!this.isStopping()) {
      const answer = await this.redis.xread('COUNT', MOST_MESSAGES, 'BLOCK', WAIT, 'STREAMS', stream, last.id);
      const messages = (answer?.[0]?.[1] ?? []).map(readMessage);
      if (messages.length === 0) throw new Gap(`nothing came for ${WAIT} ms`);
      for (const message of messages) {
        if (message.number !== last.number + 1) throw new Gap(`${message.number} came after ${last.number}`);
        if (message.run !== last.run) throw new Gap('another server writes the stream now');
        this.options.feed.heard(message.entries, Date.now() - message.knownAt);
        last = message;
      }
    }
  }
}
