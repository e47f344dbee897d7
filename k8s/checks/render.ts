import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { asResource, type Resource } from './resource.ts';

const FOLDER = join(import.meta.dirname, '..');
const PROGRAMS = ['/usr/bin/kubectl', '/usr/local/bin/kubectl', '/opt/homebrew/bin/kubectl'];
/** The first with components, `labels` and generators that merge. */
const LEAST_KUSTOMIZE = 5;

const versions = z.looseObject({ kustomizeVersion: z.string().optional() });

/** A kubectl that has a kustomize that is new enough, which is kubectl 1.27. */
function kubectl(): string | undefined {
  return PROGRAMS.filter((path) => existsSync(path)).find((path) => {
    const said = execFileSync(path, ['version', '--client', '--output=json'], { encoding: 'utf8', stdio: 'pipe' });
    const version = versions.parse(JSON.parse(said)).kustomizeVersion ?? 'v0';
    return Number(/^v(\d+)/.exec(version)?.[1]) >= LEAST_KUSTOMIZE;
  });
}

/** Renders a folder of k8s/. @throws with what kubectl says of it. */
export type Render = (folder: string) => Resource[];

/** Tests over what kubectl renders; skipped, in so many words, where there is none. */
export function describeRendered(title: string, tests: (render: Render) => void): void {
  const program = kubectl();
  if (program === undefined) {
    describe.skip(`${title} (skipped: install kubectl 1.27 or newer to run these)`, () => tests(() => []));
    return;
  }
  describe(title, () =>
    tests((folder) => {
      const text = execFileSync(program, ['kustomize', join(FOLDER, folder)], { encoding: 'utf8', stdio: 'pipe' });
      return parseAllDocuments(text).map((document) => asResource(document.toJS()));
    }),
  );
}
