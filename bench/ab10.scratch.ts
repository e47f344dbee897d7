import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { migrate, openDatabase } from '@signalbox/database';
import { freePort } from '@signalbox/embedded-postgres';
import { launchProcess } from '@signalbox/process-control';
import { migrateQueueBackend } from '@signalbox/queues';
import { burst, numbered } from './load/burst.ts';
import { insertBenchApp } from './machine/bench-app.ts';
import { startMachine } from './machine/machine.ts';
import { spending } from './measure/spending.ts';
import { requestOf } from './push/request.ts';
import { FORGET } from './push/push-under-load.queries.ts';

const machine = await startMachine();
const CONNECTIONS = Number(process.argv[2] ?? 64);
const ROUNDS = Number(process.argv[3] ?? 8);
try {
  const masterKey = randomBytes(32).toString('base64');
  const sides = [];
  let at = 0;
  for (const [name, limits, quota] of [['off', 'off', false], ['on', '', false], ['on+quota', '', true]] as const) {
    at += 1;
    const url = await machine.databaseUrl(`ab${at}`);
    await migrate(url, fileURLToPath(new URL('../prisma/migrations', import.meta.url)));
    await migrateQueueBackend(url);
    const database = openDatabase({ url, name: 'bench', onIdleError: () => undefined });
    machine.onStop(() => database.close());
    const { appId, apiKey } = await insertBenchApp(database, ['notifications:write', 'notifications:read']);
    if (quota) await database.query(`INSERT INTO app_limit (app_id, limits) VALUES ($1, '{"requests":{},"keys":{},"quotas":{"notificationsPerDay":100000000}}')`, [appId]);
    const origin = `http://127.0.0.1:${await freePort(0)}`;
    const p = await launchProcess({
      entry: 'apps/push/dist/main.js',
      env: { DATABASE_URL: url, REDIS_URL: machine.redisUrl(at), QUEUE_PREFIX: '{bench}', PORT: new URL(origin).port, MASTER_KEY: masterKey,
        OPERATOR_TOKEN: `sbo_${randomBytes(24).toString('base64url')}`, PUSH_ROLES: 'api', LOG_LEVEL: 'error', REQUEST_LIMITS: limits },
      ready: { url: `${origin}/health/ready` },
    });
    machine.onStop(() => p.stop());
    const next = numbered((place) => requestOf({ origin, apiKey } as never, { 'idempotency-key': `order-${place}` }));
    sides.push({ name, database, origin, next, pid: p.pid!, rates: [] as number[], cpu: [] as number[] });
  }
  const median = (x: number[]) => x.toSorted((a, b) => a - b)[Math.floor(x.length / 2)]!;
  for (const s of sides) { await burst({ origin: s.origin, connections: CONNECTIONS, seconds: 1.5, next: s.next }); await s.database.query(FORGET); }
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? sides : sides.toReversed();
    for (const s of order) {
      const spent = spending({ server: s.pid });
      const { count, perSecond } = await burst({ origin: s.origin, connections: CONNECTIONS, seconds: 1.2, next: s.next });
      s.rates.push(perSecond); s.cpu.push(spent(count)['server']!);
      await s.database.query(FORGET);
    }
  }
  for (const s of sides) {
    const ratios = s.rates.map((r, i) => r / sides[0]!.rates[i]!);
    const cpuRatios = s.cpu.map((r, i) => r / sides[0]!.cpu[i]!);
    console.log(s.name, 'rate', median(s.rates).toFixed(0), 'cpu us', median(s.cpu).toFixed(1), 'rate ratio', median(ratios).toFixed(3), `${Math.min(...ratios).toFixed(3)}-${Math.max(...ratios).toFixed(3)}`, 'cpu ratio', median(cpuRatios).toFixed(3), `${Math.min(...cpuRatios).toFixed(3)}-${Math.max(...cpuRatios).toFixed(3)}`);
  }
} finally { await machine.stop(); }
