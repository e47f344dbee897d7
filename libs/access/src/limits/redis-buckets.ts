import type { SharedBuckets } from '@signalbox/http';
import type { BucketLimits } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { connectRedis, leaveRedis } from '../stream/connect-redis.js';

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

/**
 * The buckets of all processes, in Redis: one command for each lot that a key takes. Where Redis is away, or forgets, each process goes by
 * its own bucket, which is a whole one: nobody is refused for it, and what passes is bounded by the number of processes.
 */
export class RedisBuckets implements SharedBuckets {
  private readonly redis: ReturnType<typeof connectRedis> & Settling;

  /** Connects: what comes in the first moments is kept together, too. */
  constructor(
    private readonly options: { readonly redisUrl: string; readonly prefix: string; readonly logger: Logger },
  ) {
    const onTrouble = atMostOnceAMinute((error: unknown, keptBack) =>
      options.logger.warn({ err: error, keptBack }, 'limits are counted by each process alone while redis is away'),
    );
    const redis = connectRedis(options.redisUrl, onTrouble);
    redis.defineCommand('settle', { numberOfKeys: 1, lua: SETTLE });
    this.redis = redis as typeof redis & Settling;
  }

  async settle(name: string, { burst, perSecond }: BucketLimits, spent: number): Promise<number> {
    return Number(await this.redis.settle(`${this.options.prefix}:limit:${name}`, burst, perSecond, spent));
  }

  async close(): Promise<void> {
    await leaveRedis(this.redis);
  }
}
