import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWith, runPromtool } from '../monitoring/promtool.ts';
import { ruleFiles } from '../monitoring/rules.ts';
import { forgottenOf, NOT_OURS, unknownTo, variablesOf } from './deployment/variables.ts';

const root = join(import.meta.dirname, '..');
const COMPOSE = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const EXAMPLE = readFileSync(join(root, '.env.example'), 'utf8');
const SERVICES = ['auth', 'payments', 'push', 'push-bulk', 'events', 'console', 'migrate', 'sandbox'] as const;

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      profiles: z.array(z.string()).default([]),
      read_only: z.boolean().optional(),
    }),
  ),
});

describe('docker-compose.yml', () => {
  const document: unknown = parse(COMPOSE, { merge: true });
  const { services } = composeFile.parse(document);
  const named = (profile: string): string[] =>
    Object.keys(services).filter((name) => services[name]!.profiles.includes(profile));

  it('is what the Compose Specification calls a Compose file', () => {
    const schema: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, 'deployment/compose-spec.schema.json'), 'utf8'),
    );
    // Formats and keywords of newer drafts are hints here; the structure is what is checked.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(z.looseObject({}).parse({ ...z.looseObject({}).parse(schema), $schema: undefined }));
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ services: { auth: { imagee: 'signalbox' } } })).toBe(false);
  });

  it.each(SERVICES)('gives %s variables that its config.ts reads, and all it needs', (name) => {
    const { environment, command } = services[name]!;
    const app = name.replace('-bulk', '');
    expect(command).toEqual(['node', `apps/${app}/dist/main.js`]);
    expect(unknownTo(app, Object.keys(environment))).toEqual([]);
    expect(forgottenOf(app, Object.keys(environment))).toEqual([]);
  });

  it('has the whole product in each profile, the sandbox in one and a worker for bulk in the other', () => {
    const both = [
      'auth',
      'console',
      'events',
      'grafana',
      'migrate',
      'payments',
      'postgres',
      'prometheus',
      'push',
      'redis',
    ];
    expect(named('sandbox').sort()).toEqual([...both, 'sandbox'].sort());
    expect(named('production').sort()).toEqual([...both, 'push-bulk'].sort());
    expect(Object.values(services).filter(({ profiles }) => profiles.length === 0)).toEqual([]);
  });

  it('publishes ports on the loopback interface only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('lets no service of ours write to its own files', () => {
    expect(SERVICES.filter((name) => services[name]!.read_only !== true)).toEqual([]);
  });

  it('mounts what there is', () => {
    const mounted = Object.values(services).flatMap(({ volumes }) =>
      volumes.flatMap((volume) => (volume.startsWith('./') ? [volume.split(':')[0]!] : [])),
    );
    expect(mounted.length).toBeGreaterThan(3);
    expect(mounted.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('has Prometheus read every file of rules, and no file of their tests', () => {
    const { rule_files: files } = z
      .looseObject({ rule_files: z.array(z.string()) })
      .parse(parse(readFileSync(join(root, 'monitoring/compose/prometheus.yml'), 'utf8')));
    expect(files.sort()).toEqual(
      ruleFiles('rules')
        .map((name) => `/etc/prometheus/alerts/${name}`)
        .sort(),
    );
  });
});

describeWith('promtool', 'promtool', (promtool) => {
  it('takes the configuration that Prometheus is given', () => {
    const said = runPromtool(
      promtool,
      ['check', 'config', '--syntax-only', 'compose/prometheus.yml'],
      join(root, 'monitoring'),
    );
    expect(said).toContain('SUCCESS');
  });
});

describe('.env.example', () => {
  const lines = EXAMPLE.split('\n');
  const explained = lines.flatMap((line) => /^# ([A-Z][A-Z0-9_]+)=/.exec(line)?.[1] ?? []);
  const ofApps = readdirSync(join(root, 'apps')).flatMap((app) => variablesOf(app));
  const ofCompose = [...COMPOSE.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name!);

  it('has every variable that an app reads or Compose puts in, once, and no other', () => {
    const read = new Set([...ofApps, ...ofCompose, ...NOT_OURS.filter((name) => name !== 'NODE_OPTIONS')]);
    expect(explained.toSorted()).toEqual([...read].sort());
  });

  it('explains each of them', () => {
    const unexplained = lines.filter((line, at) => {
      const before = lines.slice(0, at).findLast((each) => !/^# [A-Z][A-Z0-9_]+=/.test(each));
      return /^# [A-Z][A-Z0-9_]+=/.test(line) && !(before?.startsWith('# ') ?? false);
    });
    expect(unexplained).toEqual([]);
  });

  it('sets nothing by itself', () => {
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

  it('has the Node that everything is tested with', () => {
    const { nodeVersion } = z
      .looseObject({ nodeVersion: z.string() })
      .parse(parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')));
    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${nodeVersion}-trixie-slim\n`);
  });
});
