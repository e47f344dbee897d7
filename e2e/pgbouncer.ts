import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually } from '@signalbox/testing';

const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Where PgBouncer is; Debian has it in its package `pgbouncer`. */
export function pgBouncerProgram(): string | undefined {
  return FOLDERS.map((folder) => `${folder}/pgbouncer`).find((path) => existsSync(path));
}

/** Its number on Debian and its like; PgBouncer refuses to run as root. */
const NOBODY = 65_534;

/** Sessions that it has with Postgres, at most, however many come to it. */
export const POOL_SIZE = 5;

export interface PgBouncer {
  /** Of the same database, through it. */
  readonly url: string;
  /** Transactions that it has handed to Postgres. */
  transactions(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * A real PgBouncer in transaction mode in front of the database of `databaseUrl`.
 *
 * @param ignored startup parameters that it takes and does nothing about, besides what it has to
 * @param limits what it tells each of its sessions
 */
export async function startPgBouncer(
  program: string,
  databaseUrl: string,
  { ignored = [], limits = true }: { readonly ignored?: readonly string[]; readonly limits?: boolean } = {},
): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-pgbouncer-'));
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const own = await freePort(0);
  const told = `connect_query='SET statement_timeout = 15000; SET idle_in_transaction_session_timeout = 10000'`;
  writeFileSync(join(folder, 'users.txt'), `"${username}" "${password}"\n`);
  writeFileSync(
    join(folder, 'pgbouncer.ini'),
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${port} ${limits ? told : ''}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = plain
auth_file = ${join(folder, 'users.txt')}
admin_users = ${username}
pool_mode = transaction
default_pool_size = ${POOL_SIZE}
ignore_startup_parameters = ${['extra_float_digits', ...ignored].join(',')}
`,
  );
  chmodSync(folder, 0o755);
  const child = spawn(program, [join(folder, 'pgbouncer.ini')], {
    stdio: 'ignore',
    ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
  });
  const url = new URL(databaseUrl);
  url.port = `${own}`;
  const console = new URL(url);
  console.pathname = '/pgbouncer';
  await eventually(() => ask(url.href, 'SELECT 1'), { within: 10_000 });
  return {
    url: url.href,
    async transactions() {
      const rows = await ask(console.href, 'SHOW STATS');
      return rows.reduce((sum, row) => sum + Number(row['total_xact_count']), 0);
    },
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without parameters and without anything told to the session: all that its console understands. */
async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const database = openDatabase({ url, poolerUrl: url, name: 'e2e', maxConnections: 1, onIdleError: () => undefined });
  try {
    return (await database.query(text)).rows;
  } finally {
    await database.close();
  }
}
