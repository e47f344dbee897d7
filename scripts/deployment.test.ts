import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const APPS = ['auth', 'payments', 'push', 'events', 'console'] as const;

/** Variables without which an app refuses to start, or would silently use another store than its neighbours. */
const NEVER_FORGOTTEN = ['DATABASE_URL', 'REDIS_URL', 'OPERATOR_TOKEN', 'OPERATOR_PASSWORD', 'MASTER_KEY', 'PUSH_URL'];

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The names of the variables in an app's environment schema. */
function variablesOf(app: string): string[] {
  return [...read(`apps/${app}/src/config.ts`).matchAll(/[{ ]([A-Z][A-Z0-9_]+): /g)].map((match) => match[1]!);
}

function expectToFit(app: string, given: readonly string[]): void {
  const known = variablesOf(app);
  expect(known).toEqual(expect.arrayContaining([...given]));
  expect(given).toEqual(expect.arrayContaining(known.filter((name) => NEVER_FORGOTTEN.includes(name))));
}

const composeFile = z.looseObject({
  services: z.record(z.string(), z.looseObject({ environment: z.record(z.string(), z.string()).optional() })),
});

describe('docker-compose.yml', () => {
  const { services } = composeFile.parse(parse(read('docker-compose.yml'), { merge: true }));

  it.each([...APPS, 'migrate', 'sandbox'])('gives %s variables that its config.ts reads, and all it needs', (app) => {
    expectToFit(app, Object.keys(services[app]?.environment ?? {}));
  });

  it('publishes ports on the loopback interface only', () => {
    const ports = Object.values(services).flatMap((service) => z.array(z.string()).default([]).parse(service['ports']));
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

const hardened = z.looseObject({
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true), seccompProfile: z.object({ type: z.string() }) }),
  automountServiceAccountToken: z.literal(false),
  containers: z.tuple([
    z.looseObject({
      command: z.array(z.string()),
      env: z.array(z.looseObject({ name: z.string(), valueFrom: z.unknown().optional() })),
      envFrom: z.array(z.unknown()).optional(),
      securityContext: z.object({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
      }),
      livenessProbe: z
        .object({ httpGet: z.object({ path: z.string() }) })
        .loose()
        .optional(),
      readinessProbe: z
        .object({ httpGet: z.object({ path: z.string() }) })
        .loose()
        .optional(),
    }),
  ]),
});
const resource = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

describe('k8s/base', () => {
  const folder = join(root, 'k8s/base');
  const files = readdirSync(folder);
  const resources = files
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as unknown;
    });
  const find = (kind: string, name: string): Record<string, unknown> => {
    const found = resources
      .map((each) => resource.safeParse(each).data)
      .find((each) => each?.kind === kind && each.metadata.name === name);
    if (!found) throw new Error(`k8s/base has no ${kind} ${name}`);
    return found;
  };
  const configured = z.looseObject({ data: z.record(z.string(), z.string()) }).parse(find('ConfigMap', 'signalbox'));

  it('lists every file but the example secret in kustomization.yaml', () => {
    const { resources: listed } = z
      .looseObject({ resources: z.array(z.string()) })
      .parse(parse(read('k8s/base/kustomization.yaml')));
    expect([...listed, 'kustomization.yaml', 'secret.example.yaml'].sort()).toEqual([...files].sort());
  });

  it.each(APPS)('gives %s variables that its config.ts reads, and all it needs', (app) => {
    const { container } = podOf('Deployment', app);
    expectToFit(app, [...container.env.map((each) => each.name), ...Object.keys(configured.data)]);
    expect(container.command).toEqual(['node', `apps/${app}/dist/main.js`]);
  });

  it.each(APPS)('asks %s whether it lives and whether it makes progress', (app) => {
    const { container } = podOf('Deployment', app);
    expect(container.livenessProbe?.httpGet.path).toBe('/health/live');
    expect(container.readinessProbe?.httpGet.path).toBe('/health/ready');
  });

  it('hardens the migration job like every other pod, and gives it its variables', () => {
    expectToFit(
      'migrate',
      podOf('Job', 'migrate').container.env.map((each) => each.name),
    );
  });

  it('takes every secret value from keys that the example names', () => {
    const example = z.looseObject({ stringData: z.record(z.string(), z.string()) }).parse(find('Secret', 'signalbox'));
    const used = APPS.flatMap((app) => podOf('Deployment', app).container.env)
      .filter((each) => each.valueFrom !== undefined)
      .map((each) => each.name);
    expect(Object.keys(example.stringData).sort()).toEqual([...new Set(used)].sort());
  });

  /** @throws when the pod is not hardened as the namespace's policy demands. */
  function podOf(kind: 'Deployment' | 'Job', name: string) {
    const shape = z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: hardened }) }) });
    const pod = shape.parse(find(kind, name)).spec.template.spec;
    return { container: pod.containers[0] };
  }
});
