import { formatId } from '@signalbox/contracts';
import { burst, getText } from '../load/burst.ts';
import { spending } from '../measure/spending.ts';
import { someNotifications } from './fill.ts';
import { nothingToStop, planOf, type Stage } from './stage.ts';
import type { Pair, System } from './system.ts';

const SECONDS = 2;
const CONNECTIONS = 16;
const IDS = 20_000;

/** Old notifications read one by one, from anywhere in the log: how far each is, and what became of it on each phone, in turn. */
export async function read(pair: Pair, log: string): Promise<Stage> {
  const { postgres } = pair.machine;
  const requests = new Map<string, () => Buffer>();
  for (const system of pair.systems) requests.set(system.name, await requestsOf(system));
  const measure = async ({ name, push, api }: System) => {
    const spent = spending({ server: api.pid, postgres: postgres.pid! });
    const next = requests.get(name)!;
    const { count, ...load } = await burst({ origin: push.origin, connections: CONNECTIONS, seconds: SECONDS, next });
    return { ...load, cpu: spent(count) };
  };
  const plan = planOf(pair, {
    name: `read a notification, ${log}`,
    unit: 'requests',
    about: `${SECONDS} s each, closed loop over ${CONNECTIONS} connections, any of ${IDS} notifications`,
    measure,
  });
  return { plan, done: nothingToStop };
}

async function requestsOf({ push, patient, days }: System): Promise<() => Buffer> {
  const { origin, apiKey } = push;
  const paths = (await someNotifications(patient, IDS, days, [0, 0.99])).flatMap((id) => {
    const path = `/v1/notifications/${formatId('notification', id)}`;
    return [path, `${path}/deliveries`];
  });
  const headers = { authorization: `Bearer ${apiKey}` };
  let turn = 0;
  return () => {
    turn += 1;
    return Buffer.from(getText(origin, paths[turn % paths.length]!, headers));
  };
}
