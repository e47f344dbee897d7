import { burst, numbered } from '../load/burst.ts';
import { spending } from '../measure/spending.ts';
import { requestOf } from '../push/request.ts';
import { nothingToStop, planOf, type Stage } from './stage.ts';
import type { Pair, System } from './system.ts';

const SECONDS = 2;
const CONNECTIONS = 64;

/** Notifications taken on, each under a key that no other has: what a long log may not slow down. */
export async function accept(pair: Pair, log: string): Promise<Stage> {
  const { postgres, redis } = pair.machine;
  const requests = new Map(
    pair.systems.map(({ name, push }) => [name, numbered((place) => requestOf(push, keyOf(place)))]),
  );
  const measure = ({ name, push, api, round }: System) =>
    round(async () => {
      const spent = spending({ server: api.pid, postgres: postgres.pid!, redis: redis.pid });
      const { count, ...load } = await burst({
        origin: push.origin,
        connections: CONNECTIONS,
        seconds: SECONDS,
        next: requests.get(name)!,
      });
      return { ...load, cpu: spent(count) };
    });
  const plan = planOf(pair, {
    name: `accept, ${CONNECTIONS} connections, ${log}`,
    unit: 'requests',
    about: `${SECONDS} s each, closed loop; what a round has made is deleted and vacuumed in between`,
    promise: { floor: 0.9, aim: 1 },
    measure,
  });
  return { plan, done: nothingToStop };
}

const keyOf = (place: string): Record<string, string> => ({ 'idempotency-key': `order-${place}` });
