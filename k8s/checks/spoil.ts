import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { asResource, type Resource } from './resource.ts';

const FOLDER = join(import.meta.dirname, '../negative');

/** As kustomize has them under `patches`: a target, and what RFC 6902 makes of it. A new resource has no target. */
const spoiling = z.array(
  z.union([
    z.strictObject({
      target: z.strictObject({ kind: z.string(), name: z.string() }),
      patch: z.array(
        z.strictObject({ op: z.enum(['add', 'replace', 'remove']), path: z.string(), value: z.unknown().optional() }),
      ),
    }),
    z.strictObject({ resource: z.looseObject({}) }),
  ]),
);
type Operation = { readonly op: 'add' | 'replace' | 'remove'; readonly path: string; readonly value?: unknown };

/** The rules that a manifest in `k8s/negative` breaks, which is named after its rule. */
export function brokenRules(): string[] {
  return readdirSync(FOLDER).map((file) => basename(file, '.yaml'));
}

/** Good resources, spoiled as the file of a rule says. @throws when it does not fit them. */
export function spoil(resources: readonly Resource[], rule: string): Resource[] {
  const spoiled = structuredClone([...resources]);
  for (const each of spoiling.parse(parse(readFileSync(join(FOLDER, `${rule}.yaml`), 'utf8')))) {
    if ('resource' in each) {
      spoiled.push(asResource(each.resource));
      continue;
    }
    const at = spoiled.findIndex(
      ({ kind, metadata }) => kind === each.target.kind && metadata.name === each.target.name,
    );
    if (at < 0) throw new Error(`${rule}: there is no ${each.target.kind} ${each.target.name}`);
    for (const operation of each.patch) {
      if (operation.path === '') spoiled.splice(at, 1);
      else apply(spoiled[at]!, operation);
    }
  }
  return spoiled;
}

function apply(resource: Resource, { op, path, value }: Operation): void {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop()!;
  const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], resource);
  if (typeof parent !== 'object' || parent === null) throw new Error(`${path} leads nowhere`);
  const fields = parent as Record<string, unknown>;
  if (op !== 'add' && !(last in fields)) throw new Error(`${path} is not there`);
  if (Array.isArray(parent) && op === 'remove') parent.splice(Number(last), 1);
  else if (Array.isArray(parent) && last === '-') parent.push(value);
  else if (op === 'remove') Reflect.deleteProperty(fields, last);
  else fields[last] = value;
}
