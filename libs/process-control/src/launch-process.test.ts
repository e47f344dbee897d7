import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { launchProcess } from './launch-process.js';

/** It says that it is ready once it can take a signal: before that, SIGTERM ends it in its own way. */
const PROGRAM = `
  process.on('SIGTERM', () => process.exit(7));
  console.log(JSON.stringify({ ready: process.env.GREETING, pid: process.pid }));
  setInterval(() => {}, 1000);
`;

describe('a process under test', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'signalbox-process-'));
    writeFileSync(join(root, 'program.mjs'), PROGRAM);
    writeFileSync(join(root, 'broken.mjs'), 'console.error("no such thing"); process.exit(3);');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('is ready when it says so, can be killed, started again and stopped', async () => {
    const entry = join(root, 'program.mjs');
    const running = await launchProcess({
      entry,
      env: { GREETING: 'hello' },
      ready: { line: (line) => line.includes('hello') },
    });
    const first = running.pid;
    expect(running.jsonLines()).toEqual([{ ready: 'hello', pid: first }]);
    expect(await running.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await running.restart();
    expect(running.pid).not.toBe(first);
    expect(await running.stop()).toEqual({ code: 7, signal: null });
  });

  it('ends also when it stands still', async () => {
    const ready = { line: (line: string) => line.includes('pid') };
    const running = await launchProcess({ entry: join(root, 'program.mjs'), ready });
    running.pause();
    expect(await running.stop()).toEqual({ code: 7, signal: null });
  });

  it('that ends before it is ready fails with its last words', async () => {
    const refusal = launchProcess({ entry: join(root, 'broken.mjs'), ready: { url: 'http://127.0.0.1:1' } });
    await expect(refusal).rejects.toThrow(/broken.mjs ended \(code 3, signal null\); it wrote:\nno such thing/);
  });
});
