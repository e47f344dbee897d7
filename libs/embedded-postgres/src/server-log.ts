import { closeSync, fchownSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { Account } from './account.js';

/** Bytes after which the log begins anew at the next start. */
const MAX_LOG = 10_000_000;

/** Opens the server's log for appending; `offset` is where this run of the server begins in it. */
export function openLog(path: string, account: Account | undefined): { descriptor: number; offset: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const descriptor = openSync(path, size > MAX_LOG ? 'w' : 'a', 0o600);
  if (account) fchownSync(descriptor, account.uid, account.gid);
  return { descriptor, offset: fstatSync(descriptor).size };
}

/** What the server said last, on one line; the worst of it when there is any. */
export function tailOfLog(path: string, offset: number): string {
  const descriptor = openSync(path, 'r');
  try {
    const lines = readFileSync(descriptor).subarray(offset).toString('utf8').trim().split('\n');
    const grave = lines.filter((line) => line.includes('FATAL:') || line.includes('PANIC:'));
    return (grave.length > 0 ? grave : lines).slice(-2).join(' | ');
  } finally {
    closeSync(descriptor);
  }
}
