import { describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { openQueuePool } from './postgres-pool.js';

describe('the connections that BullMQ works on', () => {
  const postgres = usePostgres();

  it('may break while nobody listens, without ending the process', async () => {
    const pool = openQueuePool(postgres.url());
    pool.on('error', () => undefined);
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const ended = new Promise<void>((resolve) => void client.once('end', resolve));
    await postgres.database().query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow('not queryable');
    client.release(true);
    await pool.end();
  });
});
