import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readDocument } from '../../api/source/files.ts';
import { SERVICES } from '../../api/source/services.ts';
import { check } from './check.ts';
import { RULES } from './finding.ts';
import { waysOut } from './network.ts';
import { publicPrefixes } from './references.ts';
import { describeRendered } from './render.ts';
import { CONNECTIONS, mostConnections } from './scaling.ts';
import { brokenRules, spoil } from './spoil.ts';
import { workloadsOf } from './workload.ts';

/** Probes, figures and documents. */
const INTERNAL = /^\/(health|metrics|openapi\.json|docs)(\/|$)/;

const OVERLAYS = ['dev', 'staging', 'production'] as const;

describe('the negative manifests', () => {
  it('are one for each rule', () => {
    expect(brokenRules().sort()).toEqual([...RULES].sort());
  });
});

describe('the connections that are counted', () => {
  it('are those of the pools that each service opens, and one that listens for revocations', () => {
    const sumOf = (file: string, line: RegExp): number => {
      const [text = ''] = line.exec(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')) ?? [];
      return [...text.matchAll(/\d+/g)].reduce((sum, [number]) => sum + Number(number), 0);
    };
    const ofService = (app: string): number => sumOf(`apps/${app}/src/service.ts`, /^const CONNECTIONS = .*;$/m);
    expect(CONNECTIONS).toEqual({
      auth: ofService('auth') + sumOf('libs/database/src/prisma.ts', /PRISMA_CONNECTIONS = .*;/) + 1,
      payments: ofService('payments') + 1,
      push: ofService('push') + 1,
      events: ofService('events') + 1,
      console: sumOf('apps/console/src/overview/read-only-database.ts', /maxConnections: .*,/),
    });
  });
});

describeRendered('what kubectl renders', (render) => {
  const rendered = new Map(OVERLAYS.map((overlay) => [overlay, render(`overlays/${overlay}`)]));
  const production = rendered.get('production')!;

  it.each(OVERLAYS)('of overlays/%s has the fields of its kinds and breaks no rule', (overlay) => {
    const resources = rendered.get(overlay)!;
    expect(resources.length).toBeGreaterThan(50);
    expect(check(resources)).toEqual([]);
  });

  it.each(RULES)('is refused for %s, and for nothing else, once it breaks that rule', (rule) => {
    expect([...new Set(check(spoil(production, rule)).map((finding) => finding.rule))]).toEqual([rule]);
  });

  it('has a Deployment for each role, and one for each provider and lane', () => {
    const roles = workloadsOf(production).filter(({ resource }) => !resource.metadata.name.endsWith('-canary'));
    expect(roles.map(({ resource }) => resource.metadata.name).sort()).toEqual([
      ...['auth', 'console', 'events', 'migrate', 'payments-api', 'payments-edge', 'payments-worker', 'push-api'],
      ...['push-apns', 'push-apns-bulk', 'push-fcm', 'push-fcm-bulk', 'push-webpush', 'push-webpush-bulk'],
    ]);
  });

  it('lets each role out to what it needs and no further', () => {
    const stores = ['to-collector', 'to-dns', 'to-postgres', 'to-redis'];
    const ways = Object.fromEntries(
      workloadsOf(production).map(({ resource, pod }) => [
        resource.metadata.name.replace('-canary', ''),
        waysOut(production, pod.metadata.labels).filter((name) => !stores.includes(name)),
      ]),
    );
    const push = ['services-to-auth', 'to-providers'];
    expect(ways).toEqual({
      auth: ['auth-to-mail', 'to-providers'],
      console: ['console-to-services', 'services-to-auth'],
      events: ['events-to-endpoints', 'services-to-auth'],
      migrate: [],
      'payments-api': push,
      'payments-edge': ['services-to-auth'],
      'payments-worker': push,
      'push-api': push,
      ...{ 'push-apns': push, 'push-fcm': push, 'push-webpush': push },
      ...{ 'push-apns-bulk': push, 'push-fcm-bulk': push, 'push-webpush-bulk': push },
    });
    const migrate = workloadsOf(production).find(({ app }) => app === 'migrate')!;
    expect(waysOut(production, migrate.pod.metadata.labels)).toEqual(['to-dns', 'to-postgres']);
  });

  it('lets names be looked up by the sandbox, which posts webhooks', () => {
    const dev = rendered.get('dev')!;
    const sandbox = workloadsOf(dev).find(({ app }) => app === 'sandbox')!;
    expect(waysOut(dev, sandbox.pod.metadata.labels)).toContain('sandbox-to-dns');
  });

  it('has a file of flags in every process that goes by flags, a canary too', () => {
    const follow = workloadsOf(production).filter(({ app }) => app === 'push' || app === 'events');
    const without = follow.filter(({ containers }) => !containers[0]!.env.some(({ name }) => name === 'FLAGS_FILE'));
    expect(without.map(({ resource }) => resource.metadata.name)).toEqual([]);
    expect(follow.map(({ resource }) => resource.metadata.name)).toContain('push-api-canary');
  });

  it.each(SERVICES)('lets the world reach every route of %s, but for what is for machines of its own', (service) => {
    const prefixes = publicPrefixes(production, service);
    const paths = Object.keys(readDocument(service).paths).filter((path) => !INTERNAL.test(path));
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !prefixes.some((prefix) => `${path}/`.startsWith(`${prefix}/`)))).toEqual([]);
  });

  it('opens no more connections to Postgres than the overlay says', () => {
    expect(Object.fromEntries([...rendered].map(([overlay, each]) => [overlay, mostConnections(each)]))).toEqual({
      dev: 558,
      staging: 835,
      production: 1343,
    });
  });
});
