/** `npm run rolling`: restarts every role again and again under load. Ends with 1 when a request fails or something is lost. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { canStartRedis } from '@signalbox/process-control';
import { ROLE_NAMES, type RoleName } from './roles.ts';
import { runRolling, whatBroke } from './run.ts';
import type { Stage } from './stage.ts';

const USAGE = `npm run rolling -- [--rounds N] [--only role,role] [--at-once N] [--within S] [--rate N] [--drain S] [--backend redis|postgres]
  --rounds   rolling restarts of each role, both replicas one after the other (20)
  --only     ${ROLE_NAMES.join(', ')} (all)
  --at-once  roles that are rolled at once (2)
  --within   seconds after which no other restart is begun (7200)
  --rate     notifications accepted a second (20)
  --drain    DRAIN_SECONDS of each process (5, as in k8s/)
  --backend  where BullMQ keeps its queues (redis, if there is one)`;

const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
let running: Stage | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(130)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    only: { type: 'string', default: ROLE_NAMES.join(',') },
    'at-once': { type: 'string', default: '2' },
    within: { type: 'string', default: '7200' },
    rate: { type: 'string', default: '20' },
    drain: { type: 'string', default: '5' },
    backend: { type: 'string', default: canStartRedis() ? 'redis' : 'postgres' },
    help: { type: 'boolean', default: false },
  },
});
const { backend } = values;
const roles = values.only.split(',').filter((name): name is RoleName => ROLE_NAMES.some((role) => role === name));
const isUnderstood = roles.length === values.only.split(',').length && (backend === 'redis' || backend === 'postgres');
if (values.help || !isUnderstood) {
  say(USAGE);
  process.exit(values.help ? 0 : 64); // EX_USAGE of sysexits.h
}
const folder = await mkdtemp(join(tmpdir(), 'signalbox-rolling-'));
const result = await runRolling({
  ...{ roles, backend, folder, tell: say },
  rounds: Number(values.rounds),
  atOnce: Number(values['at-once']),
  lasting: Number(values.within) * 1_000,
  perSecond: Number(values.rate),
  drainSeconds: Number(values.drain),
  guard: (child) => children.add(child),
  onStart: (stage) => {
    running = stage;
  },
});
const processes = [...result.restarts.values()].reduce((sum, { count }) => sum + count, 0);
say(`\n${roles.length} roles, ${processes} processes restarted, ${result.seconds.toFixed(0)} s`);
for (const [name, { count, slowestStopMs }] of result.restarts)
  say(`  ${name}: ${count} processes restarted, the slowest stop took ${(slowestStopMs / 1_000).toFixed(1)} s`);
for (const [flow, answered] of result.answered) say(`  ${flow}: ${answered} answered 2xx`);
const { lost, lostStripeEvents, sentAgain } = result.books;
say(
  `${result.failures.length} requests failed; ${result.accepted} accepted, ${lost.length + lostStripeEvents.length} lost`,
);
say(
  `write-ahead log: ${(result.walBytes / 2 ** 20).toFixed(1)} MiB, ${(result.walBytes / result.accepted / 1_024).toFixed(1)} KiB for each that was accepted`,
);
say(`${sentAgain} pushes were sent again under their first id`);
const broken = whatBroke(result);
for (const each of broken.slice(0, 40)) say(`BROKEN: ${each}`);
if (broken.length === 0) await rm(folder, { recursive: true, force: true });
else say(`logs are kept in ${folder}`);
process.exitCode = broken.length === 0 ? 0 : 1;
