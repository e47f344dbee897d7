/**
 * `npm run bench:growth`: what a million devices, and a log of a million and of ten million events, do to accepting, delivering and
 * reading. `npm run bench:growth -- 100000 300000` takes other sizes.
 *
 * Two whole systems in turn, on one Postgres in databases of their own: one that hardly has a past, and one with all of it. Prints ratios
 * and what the tables take, and writes them to bench/results/growth.json with a chart.
 */
import { appleKey } from '../machine/apple-key.ts';
import { type Machine, startMachine } from '../machine/machine.ts';
import { startSink } from '../machine/start-sink.ts';
import type { Bound } from '../measure/bound.ts';
import { compare, type Comparison } from '../measure/comparison.ts';
import { againstCommitted } from '../report/against-committed.ts';
import { chartOf } from '../report/chart.ts';
import { committedResults, resultsOf, writeResults } from '../report/results.ts';
import { boundText, comparisonText } from '../report/text.ts';
import { accept } from './accept.ts';
import { deliver } from './deliver.ts';
import { feed } from './feed.ts';
import { fillKeys, fillLog, fillRegistry } from './fill.ts';
import { read } from './read.ts';
import { FEWEST, whyNot } from './room.ts';
import { startSystem, type System, USERS_OF_ROUND } from './system.ts';
import { tableSizes } from './table-sizes.ts';

const SIZES = [1_000_000, 10_000_000];
const DEVICES = 1_000_000;
/** Of 72 hours, as long as they are kept. */
const KEYS = 1_000_000;
const DAYS = 30;
const TITLE = 'A system with a long past beside one without, times its rate in the same run';

async function measure(machine: Machine, sizes: readonly number[]): Promise<void> {
  const sink = await startSink(machine);
  const apple = appleKey(sink);
  const small = await startSystem(machine, { name: 'small', redis: 1, users: USERS_OF_ROUND, days: 1, apple });
  const large = await startSystem(machine, { name: 'large', redis: 2, users: DEVICES, days: DAYS, apple });
  await said(`${DEVICES} devices and ${KEYS} idempotency keys`, async () => {
    await fillRegistry(large.patient, large.push.appId, USERS_OF_ROUND, DEVICES);
    await fillKeys(large.patient, KEYS);
  });
  // As many events as one page of the feed may look at, and some to begin at.
  await filled(small, FEWEST);
  const [comparisons, bounds]: [Comparison[], Bound[]] = [[], []];
  for (const events of sizes) {
    const log = `${events.toLocaleString('en')} events`;
    await filled(large, events);
    for (const stageOf of [deliver, accept, read, feed]) {
      const { plan, done } = await stageOf({ machine, sink, systems: [small, large] }, log);
      const comparison = await compare(plan, (round) => process.stderr.write(`${plan.name}: round ${round}\r`));
      await done();
      console.log(`\n${comparisonText(comparison)}`);
      comparisons.push(comparison);
    }
    const sizesNow = await tableSizes(large, log);
    console.log(`\n${sizesNow.map(boundText).join('\n')}`);
    bounds.push(...sizesNow);
    const results = resultsOf(comparisons, bounds);
    // Those of the first size are worth something without the last.
    writeResults(results, chartOf(results, TITLE), 'growth');
  }
  console.log(`\n${againstCommitted(resultsOf(comparisons, bounds), committedResults('growth'))}\n`);
}

function filled({ name, push: { appId }, patient, days, users }: System, events: number): Promise<void> {
  return said(`${events} events over ${days} days, ${name}`, () => fillLog(patient, { appId, events, days, users }));
}

async function said(what: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  console.log(`filled: ${what}, in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES;
const refusal = whyNot(sizes);
if (refusal === undefined) {
  const machine = await startMachine();
  await measure(machine, sizes).finally(() => machine.stop());
} else {
  console.error(refusal);
  process.exitCode = 2;
}
