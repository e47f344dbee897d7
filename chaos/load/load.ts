import { setTimeout as lasting } from 'node:timers/promises';
import { Semaphore } from '@signalbox/resilience';
import type { Random } from '../schedule/random.ts';
import type { ClientLog } from './client-log.ts';
import type { Door, Line } from './door.ts';

export interface LoadOptions {
  readonly door: Door;
  readonly log: ClientLog;
  readonly random: Random;
  /** Notifications in all: the load is bounded. */
  readonly count: number;
  /** Milliseconds over which they are spread. */
  readonly lasting: number;
  readonly users: number;
  /** Milliseconds after the end of the load until a client gives an unanswered line up. */
  readonly patience: number;
}

const CALLS_AT_ONCE = 64;
const LINES_PER_BATCH = 10;

/**
 * Sends at an even pace, half of the calls with one line and half with ten, and repeats what was not answered with the same
 * key until it is: as a client does. Resolves when every line is answered or given up; answers how many calls were repeated.
 */
export async function runLoad(options: LoadOptions): Promise<void> {
  const { count, random, users } = options;
  const places = new Semaphore(CALLS_AT_ONCE);
  const began = performance.now();
  const calls: Promise<void>[] = [];
  for (let sent = 0; sent < count;) {
    const size = Math.min(count - sent, random.next() < 0.5 ? 1 : LINES_PER_BATCH);
    const lines = Array.from({ length: size }, (_, index) => ({
      key: `key-${sent + index}`,
      user: `user-${random.between(0, users - 1)}`,
    }));
    const due = began + (sent / count) * options.lasting;
    await lasting(Math.max(0, due - performance.now()));
    // Whoever cannot be let in now waits here, so a system that stands still is not buried under calls.
    await places.use(async () => undefined);
    calls.push(places.use(() => sendUntilAnswered(lines, began, options)));
    sent += size;
  }
  await Promise.all(calls);
}

async function sendUntilAnswered(lines: readonly Line[], began: number, options: LoadOptions): Promise<void> {
  const { door, log, lasting: length, patience, random } = options;
  let open = lines;
  while (open.length > 0 && performance.now() - began < length + patience) {
    const sentAt = Date.now();
    await log.keep(open.map(({ key, user }) => ({ at: sentAt, key, event: 'sent', user })));
    const answers = await door(open);
    const at = Date.now();
    await log.keep(
      open.map(({ key }, index) => {
        const answer = answers[index]!;
        if (answer.is === 'accepted') return { at, key, event: 'accepted', id: answer.id };
        return { at, key, event: answer.is, why: answer.why };
      }),
    );
    open = open.filter((_, index) => answers[index]?.is === 'unknown');
    if (open.length > 0) await lasting(random.between(50, 400));
  }
}
