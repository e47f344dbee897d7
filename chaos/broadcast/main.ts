/** `npm run broadcast:million`: one broadcast to a million phones. Ends with 1 when a phone has not exactly one outcome, or memory grows. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { System } from '../system/system.ts';
import { MOST_MB, MOST_TIMES_IDLE, whatBroke } from './bounds.ts';
import { runBroadcast } from './run.ts';

const USAGE = `npm run broadcast:million -- [--devices N] [--kills N] [--others N] [--idle S] [--rate N] [--backend redis|postgres]
  --devices  phones (1,000,000)
  --kills    times that all workers are killed on the way (2)
  --others   notifications a second to another app meanwhile (20), whose p99 is compared
  --idle     seconds for which these are measured before (60)
  --rate     phones a second at most (10,000)
  --backend  where BullMQ keeps its queues (redis)`;

const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
let running: System | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(130)));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '2' },
    others: { type: 'string', default: '20' },
    idle: { type: 'string', default: '60' },
    rate: { type: 'string', default: '10000' },
    backend: { type: 'string', default: 'redis' },
    help: { type: 'boolean', default: false },
  },
});
const { backend } = values;
const [devices, kills, others, idle, rate] = [
  values.devices,
  values.kills,
  values.others,
  values.idle,
  values.rate,
].map(Number) as [number, number, number, number, number];
if (values.help || (backend !== 'redis' && backend !== 'postgres') || !(devices > 0)) {
  say(USAGE);
  process.exit(values.help ? 0 : 2);
}
const folder = await mkdtemp(join(tmpdir(), 'signalbox-broadcast-'));
const result = await runBroadcast({
  ...{ devices, kills, others, rate, idle: idle * 1_000, hurried: false, backend, folder },
  patience: 30_000 + devices * 20,
  tell: say,
  guard: (child) => children.add(child),
  onStart: (system) => {
    running = system;
  },
});
const perSecond = Math.round(devices / result.seconds);
say(`\n${devices} phones in ${result.seconds.toFixed(0)} s: ${perSecond} a second, with ${kills} kills of all workers`);
for (const { state, deliveries, phones } of result.states)
  say(`  ${state}: ${deliveries} deliveries to ${phones} phones`);
say(`  the provider got it for ${result.received} phones, and ${result.repeated} times once more under the same id`);
for (const { service, startMb, endMb, mostMb, mbPerMinute } of result.memory) {
  const trend = `${mbPerMinute >= 0 ? '+' : ''}${mbPerMinute.toFixed(1)} MB a minute`;
  say(
    `  ${service}: at most ${mostMb.toFixed(0)} MB of ${MOST_MB}, ${startMb.toFixed(0)} to ${endMb.toFixed(0)}, ${trend}`,
  );
}
if (result.others) {
  const { idle: calm, during } = result.others;
  say(`  others, transactional, to the provider: p50 ${calm.p50} ms, p99 ${calm.p99} ms idle (${calm.messages})`);
  say(
    `    meanwhile p50 ${during.p50} ms, p99 ${during.p99} ms (${during.messages}); at most ${MOST_TIMES_IDLE} times idle`,
  );
}
const broken = whatBroke(result);
for (const each of broken) say(`BROKEN: ${each}`);
await rm(folder, { recursive: true, force: true });
process.exitCode = broken.length === 0 ? 0 : 1;
