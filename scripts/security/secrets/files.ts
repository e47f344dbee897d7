import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Scanned {
  readonly file: string;
  readonly text: string;
}

/** Larger ones are data: lockfiles, lists, snapshots. Bytes. */
const LARGEST = 600_000;
const ROOM = 1 << 30;

/** What is tracked, and what would be if everything were added; as it stands in the work tree. */
export function trackedFiles(root: string): Scanned[] {
  const names = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']).toString().split('\0');
  return names.filter(Boolean).flatMap((file) => {
    const size = statSync(join(root, file), { throwIfNoEntry: false })?.size;
    if (size === undefined || size > LARGEST) return [];
    const bytes = readFileSync(join(root, file));
    return bytes.includes(0) ? [] : [{ file, text: bytes.toString() }];
  });
}

/** Every version of every file that a commit of any branch has. */
export function* filesOfHistory(root: string): Generator<Scanned> {
  const names = new Map(
    git(root, ['rev-list', '--all', '--objects'])
      .toString()
      .split('\n')
      .filter((line) => line.includes(' '))
      .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
  );
  const all = git(root, ['cat-file', '--batch', '--buffer'], [...names.keys()].join('\n'));
  for (let at = 0; at < all.length;) {
    const end = all.indexOf(10, at);
    const [hash = '', type, size = '0'] = all.toString('latin1', at, end).split(' ');
    const bytes = all.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + Number(size);
    if (type === 'blob' && bytes.length <= LARGEST && !bytes.includes(0))
      yield { file: `${names.get(hash)!} (${hash.slice(0, 12)})`, text: bytes.toString() };
  }
}

function git(root: string, args: readonly string[], input = ''): Buffer {
  return execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: root, input, maxBuffer: ROOM });
}
