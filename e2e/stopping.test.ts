import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually, insertAppWithKey, type RunningProcess, startProcess, usePostgres } from '@signalbox/testing';

const PATIENCE = 30_000;

/** Says when somebody begins to listen for SIGTERM, which is long before the service is there. */
const SAY_WHEN_HEARING = `process.on('newListener', (name) => { if (name === 'SIGTERM') console.log('hears SIGTERM'); });`;

/** A database that takes connections and says nothing. */
async function startSilentServer(): Promise<{ url: string; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `postgres://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/nothing`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Real processes of the events service, asked to stop as a container's engine does. */
describe('a service that is asked to stop', () => {
  const postgres = usePostgres();
  const env = {
    REDIS_URL: undefined,
    QUEUE_PREFIX: `{e2e-${randomBytes(4).toString('hex')}}`,
    MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'info',
  };

  async function start(more: Readonly<Record<string, string>>): Promise<{ url: string; process: RunningProcess }> {
    const url = `http://127.0.0.1:${await freePort(0)}`;
    const process = await startProcess({
      entry: 'apps/events/dist/main.js',
      env: { ...env, DATABASE_URL: postgres.url(), PORT: new URL(url).port, ...more },
      ready: { url: `${url}/health/ready` },
    });
    return { url, process };
  }

  it(
    'stops before it has started, from the first moment on',
    async () => {
      // However late the signal comes, it cannot have become ready.
      const silent = await startSilentServer();
      const process = await startProcess({
        entry: 'apps/events/dist/main.js',
        nodeArgs: [`--import=data:text/javascript,${encodeURIComponent(SAY_WHEN_HEARING)}`],
        env: { ...env, PORT: '0', DATABASE_URL: silent.url },
        ready: { line: (line) => line === 'hears SIGTERM' },
      });
      expect(await process.stop()).toEqual({ code: 0, signal: null });
      expect(process.output()).toMatch(/stopped before it started|finishing what was taken on/);
      silent.close();
    },
    PATIENCE,
  );

  it(
    'is not ready, answers on, and tells everybody to come back over another connection, before it closes its door; asked again, it ends at once',
    async () => {
      const { url, process } = await start({ DRAIN_SECONDS: '30' });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = (path: string): Promise<IncomingMessage> =>
        new Promise((resolve, reject) => get(`${url}${path}`, { agent }, resolve).once('error', reject));
      const first = await ask('/health/ready');
      expect([first.statusCode, first.headers.connection]).toEqual([200, 'keep-alive']);
      await text(first);
      process.signal('SIGTERM');
      await eventually(() => expect(process.output()).toContain('finishing what was taken on'));
      // Over the connection that was kept.
      const second = await ask('/health/ready');
      expect([second.statusCode, second.headers.connection]).toEqual([503, 'close']);
      expect(await text(second)).toContain('stopping');
      const third = await ask('/openapi.json');
      expect([third.statusCode, third.headers.connection]).toEqual([200, 'close']);
      await text(third);
      expect(await process.stop('SIGINT')).toEqual({ code: 130, signal: null });
    },
    PATIENCE,
  );

  it(
    'that is not done in time says what it waits for, and ends with 70',
    async () => {
      const { url, process } = await start({ STOP_SECONDS: '1' });
      const { key } = await insertAppWithKey(postgres.database(), ['webhooks:read']);
      await postgres.database().transaction(async (tx) => {
        await tx.query('LOCK TABLE webhook_endpoint IN ACCESS EXCLUSIVE MODE');
        const headers = { authorization: `Bearer ${key}` };
        const hanging = fetch(`${url}/v1/webhook-endpoints`, { headers }).catch((error: unknown) => error);
        await eventually(async () => {
          const { rows } = await postgres.database().query('SELECT FROM pg_locks WHERE NOT granted');
          expect(rows).not.toEqual([]);
        });
        expect(await process.stop()).toEqual({ code: 70, signal: null });
        await hanging;
      });
      expect(process.jsonLines()).toContainEqual(
        expect.objectContaining({ level: 50, seconds: 1, waitsFor: ['the service', 'requests under way'] }),
      );
    },
    PATIENCE,
  );

  it(
    'does not start when it would drain for longer than it may take to stop',
    async () => {
      await expect(start({ DRAIN_SECONDS: '5', STOP_SECONDS: '5' })).rejects.toThrow(
        /code 78[^]*DRAIN_SECONDS: must be less than STOP_SECONDS, which is 5/,
      );
    },
    PATIENCE,
  );
});
