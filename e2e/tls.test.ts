import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, refuseUnfitDatabase } from '@signalbox/database';
import { freePort, PostgresServer } from '@signalbox/embedded-postgres';
import { eventually, type RunningProcess, startProcess } from '@signalbox/testing';
import { type Authority, makeAuthority } from './certificates.js';

const PATIENCE = 60_000;

/** Services over a Postgres that takes nobody without TLS, and that reach each other by https, under an authority of one's own. */
describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-tls-'));
  const running: RunningProcess[] = [];
  let postgres: PostgresServer | undefined;
  let front: Server | undefined;
  let ours: Authority;
  let url: (query: Readonly<Record<string, string>>, host?: string) => string;
  let ourCa: string;
  const env = {
    OPERATOR_TOKEN: `sbo_${randomBytes(24).toString('hex')}`,
    OPERATOR_PASSWORD: 'correct horse battery',
    MASTER_KEY: randomBytes(32).toString('base64'),
    QUEUE_PREFIX: '{tls}',
    REDIS_URL: undefined,
  };

  afterAll(async () => {
    await Promise.all(running.map((process) => process.stop()));
    front?.closeAllConnections();
    front?.close();
    await postgres?.discard();
    rmSync(folder, { recursive: true, force: true });
  }, PATIENCE);

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    ours = await makeAuthority('ours');
    ourCa = join(folder, 'ours.pem');
    writeFileSync(ourCa, ours.cert);
    postgres = await PostgresServer.open({ directory: join(folder, 'pg'), port: 0, throwaway: true });
    const plain = postgres.url();
    url = (query, host = '127.0.0.1') => {
      const address = new URL(plain);
      address.hostname = host;
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
      return address.href;
    };
    await takeNobodyWithoutTls(postgres, ours);
  }, PATIENCE);

  const migrate = (databaseUrl: string): Promise<RunningProcess> =>
    startProcess({
      entry: 'apps/migrate/dist/main.js',
      env: { DATABASE_URL: databaseUrl },
      ready: { line: (line) => line.includes('up to date') },
    });

  it(
    'is demanded by verify-full: a stranger as authority, another name, and a file that is not there are refused, and said',
    async () => {
      const strange = join(folder, 'strange.pem');
      writeFileSync(strange, (await makeAuthority('strangers')).cert);
      const verified = { sslmode: 'verify-full', sslrootcert: ourCa };
      const look = (address: string) => refuseUnfitDatabase({ url: address, poolerUrl: undefined });
      await expect(look(url(verified, 'localhost'))).rejects.toThrow(
        /DATABASE_URL: the server's certificate is not trusted .*(altnames|127\.0\.0\.1)/,
      );
      await expect(look(url({ ...verified, sslrootcert: join(folder, 'nothing.pem') }))).rejects.toThrow(
        /DATABASE_URL: .*nothing\.pem cannot be read/,
      );
      await expect(look(url({}))).rejects.toThrow(/no encryption/);
      await expect(migrate(url({ ...verified, sslrootcert: strange }))).rejects.toThrow(
        /code 1[^]*DATABASE_URL: the server's certificate is not trusted .*sslrootcert/,
      );
      await migrate(url(verified));
    },
    PATIENCE,
  );

  it(
    'is what every connection of a service has',
    async () => {
      const databaseUrl = url({ sslmode: 'verify-full', sslrootcert: ourCa });
      const [auth, push, consolePort] = await Promise.all([freePort(0), freePort(0), freePort(0)]);
      const start = async (app: string, port: number, more: Readonly<Record<string, string>> = {}): Promise<void> => {
        const ready = { url: `http://127.0.0.1:${port}/health/ready` };
        const own = { ...env, DATABASE_URL: databaseUrl, PORT: `${port}`, ...more };
        running.push(await startProcess({ entry: `apps/${app}/dist/main.js`, env: own, ready }));
      };
      await Promise.all([start('auth', auth), start('push', push)]);
      front = await openFront(push, ours);
      const pushUrl = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
      await start('console', consolePort, { PUSH_URL: pushUrl, NODE_EXTRA_CA_CERTS: ourCa });

      const database = openDatabase({ url: databaseUrl, name: 'signalbox-test', onIdleError: () => undefined });
      const { rows } = await database.query<{ name: string; ssl: boolean; version: string }>(
        `SELECT application_name AS name, bool_and(ssl) AS ssl, min(version) AS version
         FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_port IS NOT NULL GROUP BY 1 ORDER BY 1`,
      );
      await database.close();
      expect(rows).toEqual(rows.map(({ name }) => ({ name, ssl: true, version: 'TLSv1.3' })));
      const names = rows.map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining(['signalbox-auth', 'signalbox-console', 'signalbox-push', 'signalbox-queues']),
      );
      // The console speaks to push by https, whose authority it knows from NODE_EXTRA_CA_CERTS.
      await eventually(async () => {
        const answer = await fetch(`http://127.0.0.1:${consolePort}/health/ready`);
        expect(await answer.json()).toMatchObject({ checks: { push: 'ok' } });
      });
    },
    PATIENCE,
  );
});

/** Gives the running server an identity, and has it refuse whoever does not speak TLS. */
async function takeNobodyWithoutTls(postgres: PostgresServer, authority: Authority): Promise<void> {
  const data = join(postgres.directory, 'data');
  const { uid, gid } = statSync(data);
  const place = (name: string, text: string): void => {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    chownSync(join(data, name), uid, gid);
  };
  const { cert, key } = await authority.issue('127.0.0.1');
  place('server.crt', cert);
  place('server.key', key);
  const database = openDatabase({ url: postgres.url(), name: 'e2e', maxConnections: 1, onIdleError: () => undefined });
  await database.query('ALTER SYSTEM SET ssl = on');
  const rules = join(data, 'pg_hba.conf');
  writeFileSync(rules, readFileSync(rules, 'utf8').replaceAll(/^host /gm, 'hostssl '));
  await database.query('SELECT pg_reload_conf()');
  await eventually(async () => {
    const { rows } = await database.query<{ ssl: string }>('SHOW ssl');
    expect(rows).toEqual([{ ssl: 'on' }]);
  });
  await database.close();
}

/** What terminates TLS before a service, as an ingress or a mesh does. */
async function openFront(port: number, authority: Authority): Promise<Server> {
  const server = createServer(await authority.issue('127.0.0.1'), (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
