/**
 * `npm run bench`: Signalbox beside what one would use or write instead, in one run on this machine. `npm run bench -- accept stripe`
 * measures these alone. Prints ratios, writes them to bench/results/ with a chart, and compares with what was committed last.
 *
 * Read the ratios, not the rates: client, servers, Postgres and Redis share the machine.
 */
import { accept } from './accept/accept.ts';
import { acceptWithWorkers } from './accept/with-workers.ts';
import { deliver } from './deliver/deliver.ts';
import { idle } from './idle/idle.ts';
import { latency } from './latency/latency.ts';
import { type Machine, startMachine } from './machine/machine.ts';
import type { Bound } from './measure/bound.ts';
import { compare, type Comparison, type ComparisonPlan } from './measure/comparison.ts';
import { againstCommitted } from './report/against-committed.ts';
import { chartOf } from './report/chart.ts';
import { committedResults, keptResults, mergedWith, resultsOf, writeResults } from './report/results.ts';
import { boundText, comparisonText } from './report/text.ts';
import { stripe } from './stripe/edge.ts';
import { transport } from './transport/transport.ts';

/** What there is to measure, in this order. Each starts what it needs on the machine, and leaves it there. */
const COMPARISONS = { accept, 'accept-with-workers': acceptWithWorkers, deliver, transport, stripe } satisfies Record<
  string,
  (machine: Machine) => Promise<ComparisonPlan[]>
>;
const BOUNDS = { latency, idle } satisfies Record<string, (machine: Machine) => Promise<Bound[]>>;

async function measure(asked: readonly string[]): Promise<{ comparisons: Comparison[]; bounds: Bound[] }> {
  const [comparisons, bounds]: [Comparison[], Bound[]] = [[], []];
  const isAsked = ([name]: readonly [string, unknown]): boolean => asked.length === 0 || asked.includes(name);
  // One after the other on machines of their own: what one leaves running would be in the way of the next.
  const onMachine = async (work: (machine: Machine) => Promise<void>): Promise<void> => {
    const machine = await startMachine();
    await work(machine).finally(() => machine.stop());
  };
  for (const [, plansOf] of Object.entries(COMPARISONS).filter(isAsked))
    await onMachine(async (machine) => {
      for (const plan of await plansOf(machine)) {
        const comparison = await compare(plan, (round) => process.stderr.write(`${plan.name}: round ${round}\r`));
        console.log(`\n${comparisonText(comparison)}`);
        comparisons.push(comparison);
      }
    });
  for (const [, boundsOf] of Object.entries(BOUNDS).filter(isAsked))
    await onMachine(async (machine) => {
      for (const bound of await boundsOf(machine)) {
        console.log(`\n${boundText(bound)}`);
        bounds.push(bound);
      }
    });
  return { comparisons, bounds };
}

const known = [...Object.keys(COMPARISONS), ...Object.keys(BOUNDS)];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(', ')} to measure, but ${known.join(', ')}`);
  process.exitCode = 2;
} else {
  const { comparisons, bounds } = await measure(asked);
  const results = mergedWith(asked.length === 0 ? undefined : keptResults(), resultsOf(comparisons, bounds));
  const folder = writeResults(results, chartOf(results));
  console.log(`\n${againstCommitted(results, committedResults())}\n\nwritten to ${folder}`);
}
