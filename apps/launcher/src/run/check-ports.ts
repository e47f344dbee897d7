import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { PortTaken, freePort } from '@signalbox/embedded-postgres';
import { LaunchRefused } from '../launch-refused.js';

/** @throws LaunchRefused naming every port that somebody listens on, and who it is where that can be known. */
export async function checkPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    try {
      await freePort(port);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      taken.push(`port ${port} (${name}) is taken${listener(port)}`);
    }
  }
  if (taken.length === 0) return;
  const otherBlock = Math.max(...Object.values(ports)) > 50_000 ? 5_000 : Math.max(...Object.values(ports)) + 1_000;
  throw new LaunchRefused(
    `${taken.join(', ')}; stop that program, or use another block of ports: PORT_BASE=${roundDown(otherBlock)} npm start`,
  );
}

function roundDown(port: number): number {
  return Math.floor(port / 100) * 100;
}

/** On Linux, ` by name (pid)`, as far as our user may look; empty when it is not to be known. */
function listener(port: number): string {
  const inode = orElse(undefined, () => listeningInode(port));
  const pid = inode === undefined ? undefined : orElse(undefined, () => ownerOfSocket(inode));
  const name = orElse('', () => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
  return pid === undefined ? '' : ` by ${name} (process ${pid})`;
}

function listeningInode(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(1));
  // proc(5): local address, remote address, state (0A is LISTEN), ... inode in the tenth column.
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find((cells) => cells[1]?.endsWith(`:${hex}`) && cells[3] === '0A');
  return row?.[9];
}

function ownerOfSocket(inode: string): string | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.find((pid) =>
    orElse([], () => readdirSync(`/proc/${pid}/fd`)).some(
      (descriptor) => orElse('', () => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) === `socket:[${inode}]`,
    ),
  );
}

/** Processes and descriptors come and go while one looks, and those of other users are closed to us. */
function orElse<Value>(fallback: Value, look: () => Value): Value {
  try {
    return look();
  } catch {
    return fallback;
  }
}
