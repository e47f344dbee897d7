import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ProcessIdentity, identityOf, isRunning } from '@signalbox/embedded-postgres';
import { z } from 'zod';
import { LaunchRefused } from '../launch-refused.js';
import type { StateFolder } from './state-folder.js';
import { writePrivately } from './write-privately.js';

const identity = z.object({ pid: z.number().int(), startedAt: z.string() });
const schema = z.object({ launcher: identity, children: z.record(z.string(), identity) });

/**
 * The note of a run: who launched it, and which children it has. A later start reads from it whether another launcher
 * is at work, and which processes a killed one left behind.
 */
export class RunNote {
  private readonly children: Record<string, ProcessIdentity> = {};

  private constructor(
    private readonly path: string,
    private readonly launcher: ProcessIdentity,
  ) {}

  /** @throws LaunchRefused when a launcher runs already. */
  static claim(folder: StateFolder): { note: RunNote; leftovers: ProcessIdentity[] } {
    const path = folder.path('running.json');
    const launcher = identityOf(process.pid);
    if (!launcher)
      throw new LaunchRefused('cannot read the start of this process: is /proc mounted (Linux), ps there (macOS)?');
    const leftovers = clearDeadNote(path);
    const note = new RunNote(path, launcher);
    try {
      // Exclusive: of two starts at the same moment one wins.
      writeFileSync(path, note.content(), { mode: 0o600, flag: 'wx' });
    } catch {
      throw new LaunchRefused('another Signalbox is just starting in this folder; wait for it, or stop it first');
    }
    return { note, leftovers };
  }

  record(name: string, pid: number): void {
    const child = identityOf(pid);
    if (!child) return;
    this.children[name] = child;
    writePrivately(this.path, this.content());
  }

  release(): void {
    rmSync(this.path, { force: true });
  }

  private content(): string {
    return JSON.stringify({ launcher: this.launcher, children: this.children });
  }
}

function clearDeadNote(path: string): ProcessIdentity[] {
  const known = readNote(path);
  if (known && isRunning(known.launcher)) {
    const { pid } = known.launcher;
    throw new LaunchRefused(`Signalbox already runs from this folder (process ${pid}); stop it first: kill ${pid}`);
  }
  rmSync(path, { force: true });
  return Object.values(known?.children ?? {}).filter(isRunning);
}

/** A note cut short by a power cut says nothing, and nothing survived the cut. */
function readNote(path: string): z.output<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
