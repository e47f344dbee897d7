import { execFileSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { programOf } from './program.ts';

/** Tests that need a program of Prometheus'; skipped, in so many words, where it is not. */
export function describeWith(name: 'prometheus' | 'promtool', title: string, tests: (path: string) => void): void {
  const path = programOf(name);
  if (path === undefined) describe.skip(`${title} (skipped: install prometheus to run these)`, () => tests(''));
  else describe(title, () => tests(path));
}

/** Runs promtool in a folder. @throws when it finds a fault, with what it says. */
export function runPromtool(path: string, args: readonly string[], cwd: string): string {
  return execFileSync(path, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
}
