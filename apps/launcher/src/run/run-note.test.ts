import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identityOf } from '@signalbox/embedded-postgres';
import { RunNote } from './run-note.js';
import { type StateFolder, openStateFolder } from './state-folder.js';

describe('the note of a run', () => {
  let root: string;
  let folder: StateFolder;
  const sleepers: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'signalbox-note-'));
    folder = openStateFolder(join(root, 'state'));
  });
  afterEach(() => {
    for (const sleeper of sleepers.splice(0)) sleeper.kill('SIGKILL');
    rmSync(root, { recursive: true });
  });

  const sleeper = (): number => {
    const child = spawn('sleep', ['60']);
    sleepers.push(child);
    return child.pid ?? 0;
  };

  it('keeps a second launcher out while the first lives, and says how to stop that one', () => {
    const { note } = RunNote.claim(folder);
    expect(() => RunNote.claim(folder)).toThrow(
      new RegExp(`process ${process.pid}\\); stop it first: kill ${process.pid}`),
    );
    note.release();
    expect(RunNote.claim(folder).leftovers).toEqual([]);
  });

  it('tells the next launcher which children a killed one left behind, but not those that are gone', async () => {
    const living = identityOf(sleeper());
    const dead = identityOf(sleeper());
    sleepers[1]?.kill('SIGKILL');
    await once(sleepers[1]!, 'exit');
    const launcher = { pid: process.pid, startedAt: 'another process with our pid' };
    writeFileSync(folder.path('running.json'), JSON.stringify({ launcher, children: { push: living, auth: dead } }));
    expect(RunNote.claim(folder).leftovers).toEqual([living]);
  });

  it('is worth nothing when it was cut short', () => {
    writeFileSync(folder.path('running.json'), '{"launcher":{"pi');
    expect(RunNote.claim(folder).leftovers).toEqual([]);
  });
});
