import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProcess, usePostgres } from '@signalbox/testing';

describe('a service whose clock is a minute off its database', () => {
  const postgres = usePostgres();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'signalbox-clock-'));
    writeFileSync(join(folder, 'offset'), '60000');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(['auth', 'push', 'events'])(
    'is refused at start with exit code 78 and the difference: %s',
    async (name) => {
      const start = startProcess({
        entry: `apps/${name}/dist/main.js`,
        nodeArgs: [`--import=${join(import.meta.dirname, 'system/shift-clock.mjs')}`],
        env: {
          DATABASE_URL: postgres.url(),
          OPERATOR_TOKEN: `sbo_${'x'.repeat(40)}`,
          MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
          PORT: '4999',
          CLOCK_OFFSET_FILE: join(folder, 'offset'),
        },
        ready: { line: () => false },
      });
      // What is told is the difference there is at least: a minute less what the question took.
      await expect(start).rejects.toThrow(
        /ended \(code 78, .*the clock here is (?:59\.\d|60\.0) s ahead of the database's/s,
      );
    },
    30_000,
  );
});
