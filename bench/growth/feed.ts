import { randomBytes } from 'node:crypto';
import { formatId } from '@signalbox/contracts';
import { freePort } from '@signalbox/embedded-postgres';
import { launchProcess, type RunningProcess } from '@signalbox/process-control';
import { burst, getText } from '../load/burst.ts';
import type { Machine } from '../machine/machine.ts';
import { spending } from '../measure/spending.ts';
import { someNotifications } from './fill.ts';
import { planOf, type Stage } from './stage.ts';
import { databaseOf, type Pair, type System } from './system.ts';

const SECONDS = 2;
const CONNECTIONS = 8;
const PLACES = 500;
/** Where places are, so that behind each there are more events than one page looks at, in the small log, too. */
const PART = [0.2, 0.5] as const;

/** Pages of a hundred events from the middle of the feed, from the events service as a process of its own. */
export async function feed(pair: Pair, log: string): Promise<Stage> {
  const { machine, systems } = pair;
  const services = new Map<string, Events>();
  for (const system of systems) services.set(system.name, await startEvents(machine, system));
  const measure = async ({ name }: System) => {
    const { process, origin, next } = services.get(name)!;
    const spent = spending({ server: process.pid, postgres: machine.postgres.pid! });
    const { count, ...load } = await burst({ origin, connections: CONNECTIONS, seconds: SECONDS, next });
    return { ...load, cpu: spent(count) };
  };
  const plan = planOf(pair, {
    name: `read the feed, ${log}`,
    unit: 'pages of 100 events',
    about: `${SECONDS} s each, closed loop over ${CONNECTIONS} connections, from any of ${PLACES} places in the middle`,
    measure,
  });
  return { plan, done: () => Promise.all([...services.values()].map(({ process }) => process.stop())) };
}

interface Events {
  readonly process: RunningProcess;
  readonly origin: string;
  readonly next: () => Buffer;
}

async function startEvents(machine: Machine, system: System): Promise<Events> {
  const origin = `http://127.0.0.1:${await freePort(0)}`;
  const process = await launchProcess({
    entry: 'apps/events/dist/main.js',
    env: {
      DATABASE_URL: await machine.databaseUrl(databaseOf(system.name)),
      REDIS_URL: machine.redisUrl(system.redis),
      QUEUE_PREFIX: '{bench}',
      PORT: new URL(origin).port,
      // It seals the secrets of webhooks, of which there are none.
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'error',
    },
    ready: { url: `${origin}/health/ready` },
  });
  machine.onStop(() => process.stop());
  const headers = { authorization: `Bearer ${system.push.apiKey}` };
  const cursors = await cursorsOf(origin, headers, system);
  let turn = 0;
  const next = (): Buffer => {
    turn += 1;
    return Buffer.from(getText(origin, `/v1/events?limit=100&after=${cursors[turn % cursors.length]!}`, headers));
  };
  return { process, origin, next };
}

/** The place behind an event, which reading it alone gives; it is good for every other reading, too. */
async function cursorsOf(
  origin: string,
  headers: Readonly<Record<string, string>>,
  { patient, days }: System,
): Promise<string[]> {
  const cursors: string[] = [];
  for (const id of await someNotifications(patient, PLACES, days, PART)) {
    const answer = await fetch(`${origin}/v1/events?limit=1&subject=${formatId('notification', id)}`, { headers });
    if (!answer.ok) throw new Error(`the feed answered ${answer.status}: ${await answer.text()}`);
    cursors.push(((await answer.json()) as { next: string }).next);
  }
  return cursors;
}
