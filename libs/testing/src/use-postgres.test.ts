import { describe, expect, it } from '@jest/globals';
import { usePostgres } from './use-postgres.js';
import { useRedis } from './use-redis.js';
import { queueBackends } from './queue-backends.js';

describe('usePostgres', () => {
  const postgres = usePostgres();
  const redis = useRedis();

  it('gives the file a migrated database of its own', async () => {
    const { rows } = await postgres
      .database()
      .query<{ name: string | null }>("SELECT to_regclass('push_work')::text AS name");
    expect(rows).toEqual([{ name: 'push_work' }]);
  });

  it.each(queueBackends())('knows the $name backend', (backend) => {
    expect(backend.redisUrl).toBe(backend.name === 'redis' ? redis.url() : undefined);
  });
});
