import type { SharedBuckets } from '@signalbox/http';
import type { BucketLimits } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { connectRedis, leaveRedis } from '../connect-redis.js';

/**
 * A token bucket by Redis' own clock. KEYS: it. ARGV: burst, tokens a second, how many were taken. It may owe as much as it holds, so that
 * what several processes took at the same time is paid off; and one that is full again is forgotten.
 */
const SETTLE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + time[2] / 1000
  local burst, rate, spent = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens = burst
  if kept[1] then
    tokens = math.min(burst, tonumber(kept[1]) + math.max(0, now - tonumber(kept[2])) * rate / 1000)
  end
  tokens = math.max(-burst, tokens - spent)
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', (burst - tokens) * 1000 / rate + 1000))
  return string.format('%.6f', tokens)`;

interface Settling {
  settle(key: string, burst: number, perSecond: number, spent: number): Promise<string>;
}

export interface RedisBucketsOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /** Whose processes share them: another service may have other limits for the same key. */
  readonly service: string;
  readonly logger: Logger;
}

/**
 * The buckets of all processes of a service, in Redis: one command for each lot that a key takes. Where Redis is away, refuses, or
 * forgets, each process goes by its own bucket, which is a whole one: nobody is refused for it, and what passes is bounded by the number
 * of processes.
 */
export class RedisBuckets implements SharedBuckets {
  private readonly redis: ReturnType<typeof connectRedis> & Settling;
  private readonly keys: string;
  private readonly warn;

  /** Connects: what comes in the first moments is kept together, too. */
  constructor({ redisUrl, prefix, service, logger }: RedisBucketsOptions) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn(
        { err: error, keptBack },
        'limits are counted by each process alone, since redis does not count them',
      ),
    );
    const redis = connectRedis(redisUrl, this.warn);
    redis.defineCommand('settle', { numberOfKeys: 1, lua: SETTLE });
    this.redis = redis as typeof redis & Settling;
    this.keys = `${prefix}:limit:${service}`;
  }

  /** @throws whatever Redis or the way to it says; the log has it, too. */
  async settle(name: string, { burst, perSecond }: BucketLimits, spent: number): Promise<number> {
    try {
      return Number(await this.redis.settle(`${this.keys}:${name}`, burst, perSecond, spent));
    } catch (error) {
      // One that is there and refuses (no right, no memory): of that the connection says nothing.
      if (this.redis.status === 'ready') this.warn(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await leaveRedis(this.redis);
  }
}
