import { writeFile } from 'node:fs/promises';
import { setTimeout as lasting } from 'node:timers/promises';
import type { RunningProcess } from '@signalbox/process-control';
import { ACCEPT_BURNS, asItWas, LATE, type Scenario } from '../scenario.ts';
import { NO_FLAGS } from '../stage.ts';

/** Processes, and what they stand on. */
export const PROCESSES: readonly Scenario[] = [
  {
    name: 'calm',
    what: 'nothing is wrong',
    must: [],
    may: [],
    strike: () => Promise.resolve(asItWas),
  },
  {
    name: 'redis-away',
    what: 'Redis is stopped',
    must: ['RedisAway'],
    may: [...LATE],
    async strike({ redis }) {
      await redis.kill();
      return () => redis.start();
    },
  },
  {
    name: 'postgres-away',
    what: 'Postgres is stopped',
    must: ['PostgresAway', 'AcceptAvailabilityBurnsFast'],
    may: [...ACCEPT_BURNS, ...LATE],
    async strike({ postgres }) {
      await postgres.stop('immediate');
      return () => postgres.start();
    },
  },
  {
    name: 'process-killed',
    what: 'push, all there is of it, is killed and not started again',
    must: ['ProcessDown', 'ServiceMissing'],
    may: [],
    async strike({ services: { push } }) {
      await push.kill();
      return () => push.restart();
    },
  },
  {
    name: 'process-restarts',
    what: 'events is killed four times in a row, and started again',
    must: ['ProcessRestarts'],
    may: ['ProcessDown', 'ServiceMissing'],
    async strike({ services: { events } }) {
      for (let turn = 0; turn < 4; turn += 1) {
        await events.kill();
        await events.restart();
        // Two lives that no scrape fell into are one to Prometheus.
        await lasting(1_500);
      }
      return asItWas;
    },
  },
  {
    name: 'event-loop-late',
    what: 'events has more to do than the part of a core that it gets: it runs for moments only',
    // Each scrape has to see one of the moments: at 30 there are more scrapes than those.
    factor: 20,
    must: ['EventLoopLags'],
    may: [],
    strike({ services: { events } }, over) {
      const throttled = throttle(events, over);
      return Promise.resolve(() => throttled);
    },
  },
  {
    name: 'clock-skewed',
    what: "push's clock is five seconds ahead",
    must: ['ClockSkewed'],
    may: [],
    async strike(stage) {
      await stage.shiftClock(5_000);
      return () => stage.shiftClock(0);
    },
  },
  {
    name: 'flags-file-wrong',
    what: 'a file of flags that was good becomes one that cannot be read as such',
    must: ['FlagsFileRefused'],
    may: [],
    async strike({ flagsFile }) {
      await writeFile(flagsFile, '{"push.apns":');
      return () => writeFile(flagsFile, NO_FLAGS);
    },
  },
];

/** As a machine does that allows less than a core: it stands for longer than the rule bears, and runs for less. */
async function throttle(process: RunningProcess, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    process.pause();
    await lasting(300);
    process.resume();
    await lasting(130);
  }
}
