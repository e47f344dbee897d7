import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newUuid, type ServiceSelf } from '@signalbox/contracts';
import fc from 'fast-check';
import { CHECKS, type Finding, inOrder, teller } from './finding.js';
import { judgeFeed } from './history/feed.js';
import { judgeInvariant } from './history/invariants.js';
import { judgeMigrations } from './history/migrations.js';
import { judgePartitions } from './history/partitions.js';
import { judgeClocks, readingOf } from './postgres/clock.js';
import {
  judgeConnections,
  judgeDurability,
  judgeLocks,
  judgeReplicas,
  judgeUpkeep,
  type ServerFacts,
} from './postgres/server.js';
import { judgeCredential } from './services/credentials.js';
import { judgeMismatches, readMismatches } from './services/mismatches.js';
import { judgeConfiguration, judgeSecretFiles, judgeServices } from './services/services.js';
import { judgeLetters } from './standing/dead-letters.js';
import { judgeGuards } from './standing/deletion-guards.js';
import { judgeHolds } from './standing/holds.js';
import { judgeOutcomes } from './standing/payments.js';
import { judgeEnding } from './standing/secrets.js';
import { judgeStripe } from './standing/stripe.js';
import { type AppPhones, judgePhones } from './standing/phones.js';
import { judgeEndpoints } from './standing/webhooks.js';
import { judgeRedis } from './work/redis.js';
import { judgeWork } from './work/work.js';

const ROOT = join(import.meta.dirname, '../../..');
const states = (findings: readonly Finding[]): string[] => findings.map(({ state }) => state);

const WELL: ServerFacts = {
  version: 180_004,
  fsync: 'on',
  fullPageWrites: 'on',
  synchronousCommit: 'on',
  autovacuum: 'on',
  standbyNames: '',
  maxConnections: 100,
  reserved: 3,
  maxLocks: 64,
  maxPrepared: 0,
  inRecovery: false,
  oldestXidAge: 1_000,
  connected: 10,
  partitionRelations: 80,
  idle: [],
  replicas: [],
};
const SELF: ServiceSelf = {
  service: 'push',
  version: '1',
  contracts: 'c',
  now: '2026-11-27T00:00:00.000Z',
  startedAt: '2026-11-27T00:00:00.000Z',
  database: 'd',
  connections: 10,
  queues: 'redis',
  queuePrefix: '{s}',
  masterKeys: ['a'],
  opens: [],
  roles: [],
};

describe('a server', () => {
  it.each(['fsync', 'fullPageWrites', 'synchronousCommit'] as const)('is wrong when %s is off', (name) => {
    expect(judgeDurability(WELL)).toEqual([expect.objectContaining({ state: 'ok' })]);
    expect(states(judgeDurability({ ...WELL, [name]: 'off' }))).toEqual(['wrong']);
  });

  it('is wrong as a standby, and warned of in a version that nobody tried', () => {
    expect(states(judgeDurability({ ...WELL, inRecovery: true, version: 160_000 }))).toEqual(['wrong', 'warning']);
  });

  it('never has more room for a pool that is larger', () => {
    const rank = { ok: 0, warning: 1, wrong: 2, 'not checked': 3 };
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), fc.integer({ min: 10, max: 300 }), (wanted, more, maxConnections) => {
        const facts = { ...WELL, maxConnections, connected: 1 };
        const [small, large] = [judgeConnections(facts, wanted), judgeConnections(facts, wanted + more)];
        expect(rank[large.state]).toBeGreaterThanOrEqual(rank[small.state]);
        if (wanted > maxConnections - 3) expect(small.state).toBe('wrong');
      }),
    );
  });

  it('has too few locks when one statement over all days takes them all', () => {
    expect(judgeLocks(WELL).state).toBe('ok');
    expect(judgeLocks({ ...WELL, partitionRelations: 1_000 }).state).toBe('warning');
    expect(judgeLocks({ ...WELL, partitionRelations: 7_000 }).state).toBe('wrong');
  });

  it('is told who sits in a transaction, what is not frozen, and that nobody cleans', () => {
    expect(states(judgeUpkeep(WELL))).toEqual(['ok']);
    const idle = [{ name: 'psql', pid: 7, seconds: 90 }];
    const findings = judgeUpkeep({ ...WELL, autovacuum: 'off', oldestXidAge: 1.6e9, idle });
    expect(states(findings)).toEqual(['wrong', 'wrong', 'warning']);
    expect(findings[2]).toMatchObject({ remedy: expect.stringContaining('pg_terminate_backend(7)') });
  });

  it('is wrong when commits wait for a standby that is not there', () => {
    expect(judgeReplicas(WELL)).toEqual([]);
    const replica = { name: 'b', state: 'streaming', syncState: 'async', lagSeconds: 1 };
    expect(states(judgeReplicas({ ...WELL, replicas: [replica] }))).toEqual(['ok']);
    expect(states(judgeReplicas({ ...WELL, replicas: [{ ...replica, lagSeconds: 60 }] }))).toEqual(['warning']);
    expect(states(judgeReplicas({ ...WELL, standbyNames: 'b', replicas: [replica] }))).toEqual(['wrong']);
  });
});

describe('a clock', () => {
  it('is never said to be off by more than it is, however long the answer took', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 5_000 }), fc.nat(3_000), fc.nat(3_000), (skew, there, back) => {
        const asked = 1_000_000;
        const reading = readingOf('push', asked, asked + there + skew, asked + there + back);
        const [finding] = judgeClocks([reading]);
        if (Math.abs(skew) <= 250) expect(finding!.state).toBe('ok');
        if (Math.abs(skew) <= 1_000) expect(finding!.state).not.toBe('wrong');
        if (Math.abs(skew) > 1_000 + there + back) expect(finding!.state).toBe('wrong');
      }),
    );
  });
});

describe('partitions', () => {
  const NOW = Date.UTC(2026, 10, 27, 12);
  const days = (table: string, count: number) =>
    Array.from({ length: count }, (_, day) => ({
      name: `${table}_${new Date(NOW + day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')}`,
      attached: true,
    }));
  const judge = (ahead: number, strays = 0) =>
    judgePartitions(
      { tables: [...days('event_log', 8), ...days('delivery', ahead)], strays: { event_log: 0, delivery: strays } },
      NOW,
    );

  it('have to be there for a week', () => {
    expect(states(judge(8))).toEqual(['ok', 'ok']);
    expect(states(judge(7))).toEqual(['ok', 'warning']);
    expect(states(judge(1))).toEqual(['ok', 'wrong']);
    expect(judge(1)[1]!.seen).toContain('delivery_20261128');
  });

  it('are missed when rows lie where no day is', () => {
    expect(states(judge(8, 1))).toEqual(['ok', 'ok', 'wrong']);
  });

  it('are told of when they belong to nothing', () => {
    const tables = [...days('event_log', 8), ...days('delivery', 8), { name: 'delivery_20260101', attached: false }];
    const [, , left] = judgePartitions({ tables, strays: { event_log: 0, delivery: 0 } }, NOW);
    expect(left).toMatchObject({ state: 'warning', seen: expect.stringContaining('delivery_20260101') });
  });
});

describe('processes', () => {
  it('belong together, or it is said in what they differ', () => {
    expect(states(judgeConfiguration([SELF, { ...SELF, service: 'auth' }], true))).toEqual(['ok']);
    for (const other of [{ version: '2' }, { database: 'x' }, { queues: 'postgres' as const }, { queuePrefix: '{t}' }])
      expect(states(judgeConfiguration([SELF, { ...SELF, ...other }], false))).toEqual(['wrong']);
    expect(states(judgeConfiguration([SELF, { ...SELF, contracts: 'x' }], false))).toEqual(['warning']);
    expect(states(judgeConfiguration([], false))).toEqual(['not checked']);
  });

  it('open what the others seal, also while a key is being rotated', () => {
    const rotating = { ...SELF, masterKeys: ['b', 'a'] };
    expect(states(judgeConfiguration([rotating, { ...SELF, masterKeys: ['a', 'b'] }], false))).toEqual(['ok']);
    expect(states(judgeConfiguration([rotating, SELF], false))).toEqual(['wrong']);
  });

  it('are warned of what they leave open where somebody depends on them', () => {
    const open = { ...SELF, opens: ['AUTH_ALLOW_PRIVATE'] };
    expect(states(judgeConfiguration([open], false))).toEqual(['ok']);
    expect(states(judgeConfiguration([open], true))).toEqual(['warning']);
  });

  it('answer, make progress and take the token', () => {
    const reading = { name: 'push', url: 'http://x', live: true, ready: { is: true as const }, self: SELF };
    expect(states(judgeServices([reading]))).toEqual(['ok']);
    expect(states(judgeServices([{ ...reading, live: false }]))).toEqual(['wrong']);
    expect(states(judgeServices([{ ...reading, ready: { is: false, because: 'database: away' } }]))).toEqual(['wrong']);
    expect(states(judgeServices([{ ...reading, self: 'token refused' }]))).toEqual(['wrong']);
  });

  it('keep their secrets in files that others cannot read', () => {
    expect(states(judgeSecretFiles([{ path: '/a/master.key', mode: 0o100600 }]))).toEqual(['ok']);
    expect(judgeSecretFiles([{ path: '/a/master.key', mode: 0o100644 }])).toMatchObject([
      { state: 'wrong', remedy: 'chmod 600 /a/master.key' },
    ]);
  });
});

describe('a Redis', () => {
  const server = {
    server: 'redis:6379',
    version: '7.0.15',
    maxmemoryPolicy: 'noeviction',
    aofEnabled: true,
    appendfsync: 'everysec',
    saveFailed: false,
    aofFailed: false,
    replicas: 0,
  };
  const well = {
    kind: 'one' as const,
    servers: [server],
    notWhole: undefined,
    epochs: 17,
    epochsMissing: [],
  };
  it.each([
    [{}, ['ok']],
    [{ maxmemoryPolicy: 'allkeys-lru' }, ['wrong']],
    [{ maxmemoryPolicy: undefined }, ['not checked']],
    [{ aofEnabled: false }, ['warning']],
    [{ appendfsync: 'no' }, ['warning']],
    [{ saveFailed: true }, ['wrong']],
    [{ aofFailed: true }, ['wrong']],
    [{ version: '5.0.0' }, ['wrong']],
  ])('whose server differs by %j is judged %j', (change, expected) => {
    expect(states(judgeRedis({ ...well, servers: [{ ...server, ...change }] }))).toEqual(expected);
  });

  it('behind Sentinel, or a cluster, is warned of when nobody could take over, and by the name of the server', () => {
    const followed = { ...server, replicas: 1 };
    const other = { ...followed, server: 'redis-2:6379' };
    expect(states(judgeRedis({ ...well, kind: 'sentinel', servers: [followed] }))).toEqual(['ok']);
    expect(states(judgeRedis({ ...well, kind: 'sentinel' }))).toEqual(['warning']);
    const [finding] = judgeRedis({
      ...well,
      kind: 'cluster',
      servers: [followed, { ...other, maxmemoryPolicy: 'volatile-lru' }],
    });
    expect(finding).toMatchObject({
      state: 'wrong',
      seen: expect.stringMatching(/^redis-2:6379: maxmemory-policy is/),
    });
  });

  it.each([
    [{ notWhole: 'the redis cluster serves 10923 of its 16384 slots' }, ['wrong']],
    [{ epochsMissing: ['push.apns.bulk'] }, ['warning']],
  ])('that differs by %j is judged %j', (change, expected) => {
    expect(states(judgeRedis({ ...well, ...change }))).toEqual(expected);
  });
});

describe('a credential', () => {
  const NOW = Date.UTC(2026, 10, 27);
  const check = { credentialId: 'crd_1', provider: 'apns', of: 'production', said: 'x' } as const;
  it.each([
    ['works', 'ok'],
    ['limited', 'warning'],
    ['refused', 'wrong'],
    ['unreachable', 'warning'],
    ['unreadable', 'wrong'],
  ] as const)('that %s is %s', (verdict, state) => {
    expect(states(judgeCredential('app', { ...check, verdict }, NOW))).toEqual([state]);
  });

  it.each([
    [31, ['ok']],
    [29, ['ok', 'warning']],
    [-1, ['ok', 'wrong']],
  ])('whose certificate ends in %i days is %j', (days, expected) => {
    const endsAt = new Date(NOW + days * 86_400_000).toISOString();
    expect(states(judgeCredential('app', { ...check, verdict: 'works', endsAt }, NOW))).toEqual(expected);
  });
});

it('counts wrong signatures from the figures of payments', () => {
  const text =
    '# HELP x\nstripe_webhooks_total{outcome="stored"} 9\nstripe_webhooks_total{outcome="signature_mismatch"} 2\n';
  expect(readMismatches(text)).toBe(2);
  expect([judgeMismatches(0).state, judgeMismatches(2).state]).toEqual(['ok', 'warning']);
});

describe('every finding', () => {
  const id = newUuid();
  const at = new Date(0);
  const phonesOf = (more: Partial<AppPhones>): AppPhones => ({
    ...{ app: id, name: 'Shop', providers: [], devices: [], notification: null, provider: null, state: null },
    ...{ reason: null, at: null, ...more },
  });
  const doubted = {
    kind: 'apns',
    environment: 'sandbox',
    status: 'suspect',
    reason: 'BadDeviceToken',
    count: 2,
  } as const;
  const refusedBy = (provider: string) => ({ notification: id, provider, state: 'rejected', reason: 'Strange', at });
  const bad: Finding[] = [
    ...judgeFeed({ horizonSeconds: 700, ahead: true, consumers: [{ name: 'c', foreign: false, behindSeconds: 601 }] }),
    ...judgeFeed({ horizonSeconds: 61, ahead: false, consumers: [{ name: 'c', foreign: true, behindSeconds: 1 }] }),
    ...judgeInvariant({ invariant: 'ledger', violations: 2, examples: ['x'], cut: false }),
    ...judgeInvariant({ invariant: 'ledger', violations: 2, examples: ['x'], cut: true }),
    ...judgeMigrations({ applied: 1, pending: ['a'], changed: ['b'], unknown: ['c'], unfinished: ['d'] }),
    ...judgeLetters([{ queue: 'q', reason: 'r', count: 1, since: at }]),
    ...judgeGuards([{ credential: id, provider: 'apns', since: at }]),
    ...judgeHolds([{ provider: 'apns', reason: 'r', count: 1, app: id, credential: id }]),
    ...judgeOutcomes({ count: 1, example: id, seconds: 400 }),
    ...judgeEnding([{ kind: 'API key', id, app: id, name: 'n', at }]),
    ...judgeStripe({
      silent: [{ id, name: 'n' }],
      late: [{ app: id, account: '', slice: 's', error: 'e', seconds: 1 }],
      dead: { count: 1, example: id },
    }),
    ...judgePhones([phonesOf({ providers: ['apns'] }), phonesOf({ devices: [doubted], ...refusedBy('apns') })]),
    ...judgeEndpoints([{ id, enabled: false, reason: 'gone', open: null }]),
    ...judgeEndpoints([{ id, enabled: true, reason: null, open: true }]),
    ...judgeWork({
      backlog: [{ queue: 'push.apns.bulk', rows: 1, items: 1, oldestDueSeconds: 301 }],
      ranOut: 1,
      claimedOften: 1,
    }),
  ];

  it('that is not in order says what to do, and sends to a page that exists', () => {
    expect(bad.filter(({ state }) => state !== 'ok').length).toBeGreaterThan(20);
    for (const finding of bad) {
      if (finding.state === 'ok') continue;
      expect(finding.remedy).not.toBe('');
      if (finding.runbook !== undefined) expect(existsSync(join(ROOT, 'docs/runbooks', finding.runbook))).toBe(true);
    }
  });

  it('is told in one order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...CHECKS)), (names) => {
        const told = inOrder(names.map((name, at) => teller(name).ok(String(at))));
        expect(told.map(({ check }) => CHECKS.indexOf(check))).toEqual(
          names.map((name) => CHECKS.indexOf(name)).toSorted((one, other) => one - other),
        );
      }),
    );
  });

  it('is of a check that docs/doctor.md has', () => {
    const page = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
    for (const name of CHECKS) expect(page).toContain(`| ${name} `);
  });

  it('is not there for an endpoint that its own app turned off', () => {
    expect(states(judgeEndpoints([{ id, enabled: false, reason: 'requested', open: null }]))).toEqual(['ok']);
  });
});
