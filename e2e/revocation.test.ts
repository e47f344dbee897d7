import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, queueBackends, type RedisServer, sizeOfTest, startRedis, usePostgres } from '@signalbox/testing';
import {
  type AccessStage,
  type AppOnStage,
  type ServiceName,
  SERVICES,
  type SignedIn,
  startAccessStage,
} from './access-stage.js';

/** Sessions that are ended one after another, while nobody hears of it, and after that. */
const ONE_BY_ONE = sizeOfTest('REVOKED_SESSIONS', 30);
const IN_THE_GAP = 10;
const AFTER_IT = 10;
/** How long the services hear nothing. */
const GAP_MS = sizeOfTest('OUTAGE_SECONDS', 5) * 1_000;
const TARGET_MS = 250;

/** Where each service is asked: what a user may read there, or may not (403) as long as the token is good. */
const ASKED: Readonly<Record<ServiceName, string>> = {
  auth: '/v1/users',
  payments: '/v1/me/payments',
  push: '/v1/devices/phone',
  events: '/v1/events',
};
const ALIVE: Readonly<Record<ServiceName, number>> = { auth: 403, payments: 200, push: 403, events: 403 };

/** Milliseconds, one for each session. */
type Waited = Map<ServiceName, number[]>;

const backends = queueBackends();

describe.each(backends)('check 23: a session that is ended, with revocations over $name', ({ name }) => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-revocation-'));
  let redis: RedisServer | undefined;
  let stage: AccessStage;
  let app: AppOnStage;
  // Hooks run in the order of their making: the processes leave before their database is dropped.
  afterAll(async () => {
    await stage.stop();
    await redis?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    if (name === 'redis') redis = await startRedis({ directory });
    stage = await startAccessStage(postgres.database(), { databaseUrl: postgres.url(), redisUrl: redis?.url });
    app = await stage.newApp();
  }, 120_000);

  /** Milliseconds of the slowest request that had nothing to do with revocations: what a busy machine takes. */
  let slowest = 0;
  const statusAt = async (service: ServiceName, { token }: SignedIn): Promise<number> => {
    const answer = await stage.ask(service, 'GET', ASKED[service], token);
    await answer.arrayBuffer();
    return answer.status;
  };
  const end = async ({ sessionId }: SignedIn): Promise<void> => {
    expect((await stage.ask('auth', 'DELETE', `/v1/sessions/${sessionId}`, app.key)).status).toBe(204);
  };
  /**
   * Milliseconds from `since` for which the service took it: until the last answer that did so, or none. The refusal that follows
   * says how busy this machine is, and not how long anybody got in.
   */
  async function takenFor(service: ServiceName, session: SignedIn, since: number): Promise<number> {
    for (let taken = 0; ; taken = performance.now() - since) {
      if ((await statusAt(service, session)) === 401) return taken;
    }
  }
  async function endOneByOne(sessions: readonly SignedIn[]): Promise<Waited> {
    const waited: Waited = new Map(SERVICES.map((service) => [service, []]));
    for (const session of sessions) {
      for (const service of SERVICES) {
        const asked = performance.now();
        expect(await statusAt(service, session)).toBe(ALIVE[service]);
        slowest = Math.max(slowest, performance.now() - asked);
      }
      await end(session);
      const since = performance.now();
      const refused = SERVICES.map(async (service) => {
        waited.get(service)!.push(await takenFor(service, session, since));
      });
      await Promise.all(refused);
    }
    return waited;
  }
  function report(what: string, waited: Waited): void {
    process.stdout.write(`${name}, slowest request so far: ${slowest.toFixed(0)} ms\n`);
    for (const [service, milliseconds] of waited) {
      const sorted = milliseconds.toSorted((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
      const [p50, p99, most] = [at(0.5), at(0.99), sorted.at(-1)!].map((ms) => ms.toFixed(0));
      process.stdout.write(`${name}, taken ${what}, at ${service}: p50 ${p50} ms, p99 ${p99} ms, most ${most} ms\n`);
      expect(at(0.99)).toBeLessThan(TARGET_MS + slowest);
    }
  }

  it('is refused by every service within a quarter of a second, and nobody else is', async () => {
    const [bystander, ...sessions] = await stage.signIn(app, ONE_BY_ONE + 1);
    const waited = await endOneByOne(sessions);
    for (const service of SERVICES) expect(await statusAt(service, bystander!)).toBe(ALIVE[service]);
    report('after the end of the session', waited);
  }, 180_000);

  it(
    `is refused as soon as the feed is back after ${GAP_MS / 1_000} s`,
    async () => {
      const sessions = await stage.signIn(app, IN_THE_GAP);
      const deaf = [stage.processes.payments, stage.processes.push, stage.processes.events];
      const began = performance.now();
      for (const each of deaf) each.pause();
      redis?.pause();
      for (const session of sessions) await end(session);
      const isOver = () => expect(performance.now() - began).toBeGreaterThan(GAP_MS);
      await eventually(isOver, { within: GAP_MS + 5_000, every: 200 });
      redis?.resume();
      for (const each of deaf) each.resume();
      const back = performance.now();
      const waited: Waited = new Map(SERVICES.map((service) => [service, []]));
      // One at a time in each service: what is measured is how it catches up, and not this test's hurry.
      const refused = SERVICES.map(async (service) => {
        for (const session of sessions) waited.get(service)!.push(await takenFor(service, session, back));
      });
      await Promise.all(refused);
      report('after the gap, of those ended in it', waited);
      report('after the gap, of those ended then', await endOneByOne(await stage.signIn(app, AFTER_IT)));
    },
    GAP_MS + 120_000,
  );
});
