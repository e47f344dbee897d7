import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataDirectoryRefused, PortTaken } from './errors.js';
import { PostgresServer } from './postgres-server.js';
import { identityOf } from './process-identity.js';

describe('a Postgres of our own', () => {
  let root: string;
  let directory: string;
  let notices: string[];
  const opened: PostgresServer[] = [];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'signalbox-postgres-'));
    // Open to all, as a clone usually is; mkdtemp makes it 0700.
    directory = join(root, 'open/cluster');
    await rm(root, { recursive: true });
    await mkdir(join(root, 'open'), { recursive: true });
    notices = [];
  });
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.kill();
    await rm(root, { recursive: true, force: true });
  });

  const open = async (port = 0): Promise<PostgresServer> => {
    const onNotice = (line: string): void => void notices.push(line);
    const server = await PostgresServer.open({ directory, port, throwaway: true, onNotice });
    opened.push(server);
    return server;
  };
  const ask = async (server: PostgresServer, sql: string): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows.flatMap((row) => Object.values(row));
    } finally {
      await client.end();
    }
  };

  it('keeps its data over a stop and speaks UTF-8 with a collation that no machine changes', async () => {
    const first = await open();
    await ask(first, "CREATE TABLE kept AS SELECT 'Grüße 🚂' AS words");
    await first.stop();
    const second = await open();
    expect(await ask(second, 'SELECT words FROM kept')).toEqual(['Grüße 🚂']);
    expect(await ask(second, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'")).toEqual(['C.UTF-8']);
    expect(notices).toEqual([]);
  });

  it.each(['immediate', 'killed'] as const)('replays what was committed when it is %s', async (how) => {
    const server = await open();
    await ask(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await (how === 'killed' ? server.kill() : server.stop('immediate'));
    await server.start();
    expect(await ask(server, 'SELECT answer FROM kept')).toEqual([42]);
  });

  it('stops a server that outlived its killed parent, and starts', async () => {
    const orphan = await open();
    const leftBehind = identityOf(orphan.pid ?? 0);
    await disown(directory);
    const server = await open();
    expect(identityOf(leftBehind?.pid ?? 0)).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining(`pid ${leftBehind?.pid}`)]);
    expect(await ask(server, 'SELECT 1')).toEqual([1]);
  });

  it('leaves a server alone whose parent lives', async () => {
    await open();
    await expect(open()).rejects.toThrow(new RegExp(`in use by process ${process.pid}; stop that one first`));
  });

  it('is not fooled by a recycled pid in the note of a dead server', async () => {
    await (await open()).stop();
    const bystander = spawn('sleep', ['60']);
    await writeFile(
      join(directory, 'data/postmaster.pid'),
      `${bystander.pid}\n${directory}/data\n1\n5432\n\n\n\nready\n`,
    );
    await open();
    expect(bystander.exitCode).toBeNull();
    bystander.kill();
  });

  it('moves a half-made data directory aside, says so once, and makes a new one', async () => {
    await mkdir(join(directory, 'data/base'), { recursive: true });
    await writeFile(join(directory, 'data/PG_VERSION'), '18\n');
    await open();
    expect(notices).toEqual([expect.stringContaining('only half made')]);
    const aside = (await readdir(directory)).filter((name) => name.startsWith('data.incomplete-'));
    expect(aside).toHaveLength(1);
  });

  it('removes what an initdb left that was killed', async () => {
    await mkdir(join(directory, 'making-1/base'), { recursive: true });
    await open();
    expect(existsSync(join(directory, 'making-1'))).toBe(false);
  });

  it('refuses a damaged cluster instead of starting empty, and names what is missing', async () => {
    await (await open()).stop();
    await rm(join(directory, 'data/global/pg_control'));
    const refusal = open();
    await expect(refusal).rejects.toBeInstanceOf(DataDirectoryRefused);
    await expect(refusal).rejects.toThrow(/lacks global\/pg_control; restore it from a backup/);
  });

  it('names the port that somebody else listens on', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const refusal = open(port);
    await expect(refusal).rejects.toBeInstanceOf(PortTaken);
    await expect(refusal).rejects.toMatchObject({ port });
    other.close();
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot('keeps its data elsewhere when its user may not enter the wanted folder, and finds it again', async () => {
    await mkdir(join(root, 'closed'), { mode: 0o700 });
    directory = join(root, 'closed/cluster');
    const first = await open();
    expect(first.directory).toMatch(/^\/var\/lib\/signalbox\/[0-9a-f]{12}$/);
    expect(notices).toEqual([expect.stringContaining(first.directory)]);
    await first.stop();
    const second = await open();
    expect(second.directory).toBe(first.directory);
    await second.discard();
    expect(existsSync(first.directory)).toBe(false);
  });
});

/** Makes the owner's note that of a process which is gone. */
async function disown(directory: string): Promise<void> {
  const gone = spawn('true');
  await once(gone, 'exit');
  await writeFile(join(directory, 'owner.json'), JSON.stringify({ pid: gone.pid, startedAt: '1' }));
}
