import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, '.github/workflows');
const names = readdirSync(folder);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}

/** What GitHub's own parser says of a workflow. */
async function faultsOf(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each(names)('the public workflow %s', (name) => {
  const workflow = parse(read(name)) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('is one by the schema of workflows', async () => {
    expect(await faultsOf(name, read(name))).toEqual([]);
    expect(await faultsOf(name, read(name).replace('runs-on:', 'runs-in:'))).not.toEqual([]);
    expect(await faultsOf(name, read(name).replace('contents: read', 'contents: reed'))).not.toEqual([]);
  });

  it('may nothing but what a job asks for, and no job may write to the repository', () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions = {} } of jobs) {
      const writes = Object.keys(permissions).filter((scope) => permissions[scope] === 'write');
      expect(writes.filter((scope) => scope !== 'security-events')).toEqual([]);
    }
  });

  it('runs actions by the commit of a release, which it names, and one commit of each', () => {
    const lines = read(name)
      .split('\n')
      .filter((line) => line.includes('uses:'));
    expect(lines.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of lines) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const commits = new Map<string, Set<string>>();
    for (const line of lines) {
      const [, repository, commit] = /uses: ([\w.-]+\/[\w.-]+)[\w./-]*@([0-9a-f]{40})/.exec(line)!;
      commits.set(repository!, (commits.get(repository!) ?? new Set()).add(commit!));
    }
    expect([...commits].filter(([, of]) => of.size > 1)).toEqual([]);
  });

  it('keeps no token in the clone, and puts no text of strangers into a command', () => {
    const clones = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(clones.every((step) => step.with?.['persist-credentials'] === false)).toBe(true);
    const said = steps.flatMap(({ run }) =>
      [...(run ?? '').matchAll(/\$\{\{\s*([\w.]+)\s*\}\}/g)].map(([, what]) => what),
    );
    expect(said.filter((what) => what !== 'github.sha')).toEqual([]);
  });

  it('calls npm scripts and files that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const commands = steps.map(({ run }) => run ?? '').join('\n');
    const called = [...commands.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    const files = [...commands.matchAll(/\b(?:bash|node) ([\w./-]+)/g)].map(([, file]) => file!);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('the robot that brings news of packages', () => {
  // It cannot read a base image that is an argument of the Dockerfile; what is wrong with that, the look through the image says.
  it('looks after packages and actions', () => {
    const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as {
      updates: readonly { 'package-ecosystem': string }[];
    };
    expect(updates.map((update) => update['package-ecosystem']).toSorted()).toEqual(['github-actions', 'npm']);
  });
});
