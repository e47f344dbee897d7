import { readFileSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PostgresUnavailable } from './errors.js';

/** The account that Postgres runs as, when it may not be ours. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root, so root lends it an existing account: the owner of `existingFolder`, else `postgres`,
 * else `nobody`. An ordinary user runs it as himself (undefined). No account is ever created. initdb looks its own uid
 * up in the user database, hence only known ones.
 *
 * @throws PostgresUnavailable when initdb could not look its user up.
 */
export function postgresAccount(existingFolder: string): Account | undefined {
  const uid = process.getuid?.();
  const accounts = readAccounts();
  if (uid !== 0) {
    if (uid === undefined || process.platform !== 'linux' || accounts.some((account) => account.uid === uid))
      return undefined;
    throw new PostgresUnavailable(
      `Postgres cannot be set up because user id ${uid} has no line in /etc/passwd; add one, or run as a user that has one`,
    );
  }
  const owner = statSync(existingFolder, { throwIfNoEntry: false })?.uid ?? 0;
  const known = accounts.find((account) => account.uid === owner && owner !== 0);
  if (known) return known;
  for (const name of ['postgres', '_postgres', 'nobody']) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (account) return account;
  }
  throw new PostgresUnavailable(
    'Postgres refuses to run as root and this machine has neither a "postgres" nor a "nobody" user; run as an ordinary user',
  );
}

/** Whether the account may read `path` and enter every folder above it. */
export function canReach(account: Account, path: string): boolean {
  const stats = statSync(path);
  return canEnterAbove(account, path) && allows(account, stats, stats.isDirectory() ? 0o5 : 0o4);
}

/**
 * Whether the account may enter every existing folder above `path`, by mode bits. Access lists are not considered:
 * they are rare, and a wrong "no" costs a copy, not correctness.
 */
export function canEnterAbove(account: Account, path: string): boolean {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && !allows(account, stats, 0o1)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function allows(account: Account, stats: Stats, wanted: number): boolean {
  if (stats.uid === account.uid) return ((stats.mode >> 6) & wanted) === wanted;
  if (stats.gid === account.gid) return ((stats.mode >> 3) & wanted) === wanted;
  return (stats.mode & wanted) === wanted;
}

function readAccounts(): Account[] {
  let passwd: string;
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || name.startsWith('#') || uid === undefined || gid === undefined) return [];
    // macOS writes nobody's ids as -2; the kernel knows them as unsigned.
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }];
  });
}
