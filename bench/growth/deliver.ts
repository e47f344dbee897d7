import type { Uuid } from '@signalbox/contracts';
import { timed } from '../deliver/deliver.ts';
import { until } from '../measure/until.ts';
import { sendBatches } from '../push/send-batches.ts';
import { COUNT_SENT_SINCE } from './growth.queries.ts';
import { planOf, type Stage } from './stage.ts';
import { type Pair, type System, USERS_OF_ROUND } from './system.ts';

/** Notifications brought to phones of users from all over the registry; see bench/deliver for how. */
export async function deliver(pair: Pair, log: string): Promise<Stage> {
  const { machine, sink, systems } = pair;
  // What accepting left in their queues without a row behind it, they find in the round that does not count.
  for (const { worker } of systems) await worker.restart();
  const measure = ({ push, worker, users, round }: System) =>
    round(async (since) => {
      worker.pause();
      await sendBatches(push, USERS_OF_ROUND, users / USERS_OF_ROUND);
      const figures = await timed(machine, sink, worker.pid, USERS_OF_ROUND, async () => {
        worker.resume();
        await until(async () => (await push.open()) === 0);
      });
      await refuseUnsent(push, since);
      return figures;
    });
  const plan = planOf(pair, {
    name: `deliver, ${log}`,
    unit: 'notifications',
    about: `${USERS_OF_ROUND} of them wait, one worker process is let go, until its last outcome is committed`,
    measure,
  });
  return { plan, done: () => Promise.all(systems.map(({ worker }) => worker.stop())) };
}

async function refuseUnsent({ database }: System['push'], since: Uuid): Promise<void> {
  const { rows } = await database.query<{ sent: number }>(COUNT_SENT_SINCE, [since]);
  if (rows[0]!.sent !== USERS_OF_ROUND) throw new Error(`${rows[0]!.sent} of ${USERS_OF_ROUND} were sent`);
}
