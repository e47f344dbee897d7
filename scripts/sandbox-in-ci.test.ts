import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSandbox, type TestSandbox } from '@signalbox/testing';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
const run = promisify(execFile);
const workflow = z.object({
  jobs: z.object({ push: z.object({ steps: z.array(z.looseObject({ run: z.string().optional() })) }) }),
});
const manifest = z.object({ scripts: z.record(z.string(), z.string()) });

describe('docs/sandbox-in-ci.md', () => {
  let sandbox: TestSandbox;
  let folder: string;
  let page: string;
  afterAll(async () => {
    await sandbox.stop();
    await rm(folder, { recursive: true });
  });
  beforeAll(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), 'stranger-'));
    page = await readFile(join(ROOT, 'docs/sandbox-in-ci.md'), 'utf8');
  });
  /** The block whose first line names the file. */
  const file = (language: string, name: string): string => {
    const [, block] = new RegExp(`\`\`\`${language}\\n(?://|#) ${name}\\n([^]*?)\`\`\``).exec(page) ?? [];
    if (block === undefined) throw new Error(`the page has no ${name}`);
    return block;
  };

  it('has tests that pass as they stand there, in a folder that has nothing else', async () => {
    for (const name of ['push.mjs', 'push.test.mjs']) await writeFile(join(folder, name), file('js', name));
    const env = { SANDBOX_URL: sandbox.origin };
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], { cwd: folder, env });
    expect(stdout).toMatch(/^# pass 3$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('has a workflow whose steps are commands that there are', async () => {
    const { jobs } = workflow.parse(parse(file('yaml', '.github/workflows/push.yml')));
    const commands = jobs.push.steps.flatMap((step) => step.run ?? []);
    const { scripts } = manifest.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    const started = commands.flatMap((each) => /npm run (\S+)/.exec(each)?.[1] ?? []);
    expect(started.map((name) => scripts[name])).toEqual(['node scripts/run-suite.cjs apps/sandbox/dist/main.js']);
    const waits = commands.filter((each) => each.startsWith('curl '));
    expect(waits).toHaveLength(1);
    await run('sh', ['-c', `SANDBOX_URL=${sandbox.origin}; ${waits[0]!}`]);
  });
});
