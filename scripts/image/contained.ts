import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Image } from './assemble.ts';

/**
 * The world of a container, made of namespaces: its root is the image over this machine's system folders, all of it read-only, its
 * processes are its own, and the command is process 1 under the image's user. The network is this machine's.
 */
const ENTER = `
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
for each in bin lib lib64 usr etc; do
  if [ -e /$each ]; then mkdir -p "$ROOT/$each"; mount --bind -o ro /$each "$ROOT/$each"; mount -o remount,bind,ro "$ROOT/$each"; fi
done
mkdir -p "$ROOT/proc" "$ROOT/dev" "$ROOT/tmp" "$ROOT/opt/node"
mount --bind /dev "$ROOT/dev"
mount --bind "$NODE_FOLDER" "$ROOT/opt/node"
mount -t proc proc "$ROOT/proc"
mount -o remount,bind,ro "$ROOT"
cd "$ROOT$WORKDIR"
exec chroot --userspec="$RUN_AS" --groups= "$ROOT" /bin/sh "/.enter" "$@"
`;

export interface Contained {
  /** Of process 1, as this machine sees it. */
  pid(): number;
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** What it wrote. */
  said(): string;
  kill(): void;
}

/** Starts a command of the image as a container would. Needs root, for the namespaces. */
export function startContained(
  image: Image,
  command: readonly string[],
  given: Readonly<Record<string, string>>,
): Contained {
  const env = { ...image.env, ...given, PATH: '/opt/node:/usr/local/bin:/usr/bin:/bin' };
  writeFileSync(join(image.root, '.enter'), `cd ${image.workdir}\nexec "$@"\n`);
  mkdirSync(join(image.root, image.workdir), { recursive: true });
  const child = spawn(
    'unshare',
    [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '/bin/sh',
      '-c',
      ENTER,
      'enter',
      'env',
      '-i',
      ...pairs(env),
      ...command,
    ],
    {
      env: {
        ROOT: image.root,
        NODE_FOLDER: dirname(process.execPath),
        WORKDIR: image.workdir,
        RUN_AS: image.user,
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return {
    pid: () => onlyChildOf(child),
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 0));
    }),
    said: () => said,
    kill: () => void child.kill('SIGKILL'),
  };
}

function onlyChildOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

function pairs(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}
