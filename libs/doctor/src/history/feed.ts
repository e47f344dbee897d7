import { feedHorizonSeconds } from '@signalbox/event-log';
import { databaseCheck } from '../database-check.js';
import { spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { CONSUMERS, FROM_ANOTHER_CLUSTER } from './feed.queries.js';

export interface FeedFacts {
  readonly horizonSeconds: number;
  readonly ahead: boolean;
  readonly consumers: readonly ConsumerFacts[];
}

export interface ConsumerFacts {
  readonly name: string;
  readonly foreign: boolean;
  /** Null: it has read everything. */
  readonly behindSeconds: number | null;
}

const SLOW_SECONDS = 60;
const STANDING_SECONDS = 600;

const told = teller('feed');

export const feedCheck = databaseCheck({
  name: 'feed',
  read: async (sql): Promise<FeedFacts> => ({
    horizonSeconds: await feedHorizonSeconds(sql),
    ahead: (await sql.query<{ ahead: boolean }>(FROM_ANOTHER_CLUSTER)).rows[0]!.ahead,
    consumers: (await sql.query<ConsumerFacts>(CONSUMERS)).rows,
  }),
  judge: judgeFeed,
});

/** Whether what was committed can be read, and is. */
export function judgeFeed({ horizonSeconds, ahead, consumers }: FeedFacts): Finding[] {
  const horizon = `the oldest transaction that writes is ${spoken(horizonSeconds)} old`;
  const end = 'find it in pg_stat_activity (backend_xid, xact_start) and end it: nobody reads past it';
  const findings = [
    ...(ahead
      ? [
          told.wrong(
            'the log holds transaction ids of another server: it was restored, and the feed would not show those events',
            'run prisma/restore/after-restore.sql',
            'restore.md',
          ),
        ]
      : []),
    horizonSeconds > STANDING_SECONDS
      ? told.wrong(horizon, end)
      : horizonSeconds > SLOW_SECONDS
        ? told.warning(horizon, end)
        : told.ok(horizon),
    ...consumers.flatMap(judgeConsumer),
  ];
  if (consumers.length > 0 && consumers.every((consumer) => judgeConsumer(consumer).length === 0)) {
    findings.push(told.ok(`${consumers.map(({ name }) => name).join(', ')} read along`));
  }
  return findings;
}

function judgeConsumer({ name, foreign, behindSeconds }: ConsumerFacts): Finding[] {
  if (foreign) {
    const remedy = 'see that its service runs: it finds its place by id with the first event it reads';
    return [told.warning(`${name} has not read since the log was restored`, remedy, 'restore.md')];
  }
  if (behindSeconds === null || behindSeconds <= SLOW_SECONDS) return [];
  const seen = `${name} is ${spoken(behindSeconds)} behind`;
  const remedy = 'see that its service runs, and its log: an event that it cannot handle is tried again for good';
  return [behindSeconds > STANDING_SECONDS ? told.wrong(seen, remedy) : told.warning(seen, remedy)];
}
