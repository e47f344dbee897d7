import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { execForm, type Instruction, parseDockerfile, variablesIn } from './dockerfile.ts';

export interface Image {
  /** What / is in the image, but for what its base has. */
  readonly root: string;
  readonly workdir: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly healthCheck: readonly string[];
}

/** The programs that the base has, beside those of a bare system. */
const NODE = process.execPath;

/**
 * Carries out the steps of the Dockerfile in `folder`: each stage has a folder of its own, COPY copies, RUN runs its line in a
 * shell there. What it lacks of an engine is the base image: programs are those of this machine, and node is ours.
 */
export function assemble(context: string, folder: string): Image {
  const stages = parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const ignored = ignoredBy(readFileSync(join(context, '.dockerignore'), 'utf8'));
  const programs = join(folder, 'bin');
  mkdirSync(programs, { recursive: true });
  symlinkSync(NODE, join(programs, 'node'));
  let image: Image | undefined;
  for (const [at, stage] of stages.entries()) {
    const root = join(folder, stage.name ?? String(at));
    let built: Image = { root, workdir: '/', user: '0:0', env: {}, healthCheck: [] };
    for (const instruction of stage.instructions) built = step(built, instruction);
    image = built;
  }
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  return image;

  function step(built: Image, { name, rest }: Instruction): Image {
    const here = join(built.root, built.workdir);
    switch (name) {
      case 'WORKDIR':
        mkdirSync(join(built.root, rest), { recursive: true });
        return { ...built, workdir: rest };
      case 'ENV':
        return { ...built, env: { ...built.env, ...variablesIn(rest) } };
      case 'USER':
        return { ...built, user: rest };
      case 'HEALTHCHECK':
        return { ...built, healthCheck: execForm(rest) };
      case 'COPY':
        copy(rest, here);
        return built;
      case 'RUN':
        run(rest, here, built.env);
        return built;
      default:
        return built;
    }
  }

  function copy(rest: string, here: string): void {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=') === true ? words.shift()!.slice('--from='.length) : undefined;
    const to = words.pop()!;
    for (const word of words) {
      const target = join(here, to.endsWith('/') ? join(to, basename(word)) : to);
      mkdirSync(join(target, '..'), { recursive: true });
      // Hard links: a second copy of everything would take its time and say no more.
      if (from !== undefined) execFileSync('cp', ['-al', join(folder, from, word), target]);
      else
        cpSync(join(context, word), target, { recursive: true, filter: (path) => !ignored(relative(context, path)) });
    }
  }

  function run(line: string, cwd: string, env: Readonly<Record<string, string>>): void {
    const path = `${programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
    execFileSync('/bin/sh', ['-c', line], { cwd, env: { HOME: '/root', ...env, PATH: path }, stdio: 'pipe' });
  }
}

/** The patterns of .dockerignore that ours has: a name at the top, or `**` and a name anywhere. */
function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text.split('\n').filter((line) => line !== '');
  const expressions = patterns.map((pattern) => {
    const [, anywhere, name = pattern] = /^(\*\*\/)?(.*)$/.exec(pattern) ?? [];
    const escaped = name.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
    return new RegExp(`^${anywhere === undefined ? '' : '(?:.*/)?'}${escaped}(?:/|$)`);
  });
  return (path) => expressions.some((expression) => expression.test(path));
}
