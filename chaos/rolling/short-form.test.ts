import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { canStartRedis } from '@signalbox/process-control';
import { ROLE_NAMES, ROLES } from './roles.ts';
import { runRolling, whatBroke } from './run.ts';

/** `npm run rolling` in small: one rolling restart of those whom a notification meets on its way, instead of twenty of everybody. */
describe('a rolling restart under load', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-rolling-'));
  const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('fails no request of a client that does not retry, and loses nothing that was accepted', async () => {
    const roles = ['push-api', 'push-apns'] as const;
    const result = await runRolling({
      ...{ roles, folder, rounds: 1, lasting: 60_000, atOnce: roles.length, perSecond: 20, drainSeconds: 2 },
      backend: canStartRedis() ? 'redis' : 'postgres',
      tell: () => undefined,
      guard: (child) => void children.add(child),
    });
    expect(whatBroke(result)).toEqual([]);
    expect([...result.restarts.values()].map(({ count }) => count)).toEqual([2, 2]);
    expect(result.accepted).toBeGreaterThan(50);
    const answered = [...result.answered.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `rolling restart: ${roles.join(', ')}, ${answered} requests, 0 failed; ${result.accepted} accepted, 0 lost\n`,
    );
  }, 240_000);

  it('is of the roles that k8s/ has, as they are told there what they are', () => {
    const base = join(import.meta.dirname, '../../k8s/base');
    const texts = ['api', 'workers', '.'].flatMap((part) =>
      readdirSync(join(base, part))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => readFileSync(join(base, part, file), 'utf8')),
    );
    const deployments = texts.filter((text) => text.includes('kind: Deployment'));
    const nameOf = (text: string): string => /\n {2}name: ([\w-]+)/.exec(text)![1]!;
    expect(deployments.map(nameOf).toSorted()).toEqual([...ROLE_NAMES].sort());
    for (const text of deployments) {
      const { app, env } = ROLES[nameOf(text) as keyof typeof ROLES];
      expect(text).toContain(`apps/${app}/dist/main.js`);
      const told = [...text.matchAll(/name: (\w+_(?:ROLES|LANES)), value: '([\w,]+)'/g)].map(([, name, value]) => [
        name,
        value,
      ]);
      expect(Object.fromEntries(told)).toEqual(env);
    }
  });
});
