import { deadLetterRunRequest, formatId, newUuid, type ProviderQueueName, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { GroupBoard, type DeadGroup, type QueueBackend } from '@signalbox/queues';
import type { Logger } from '@signalbox/telemetry';
import { codesOf } from './answer-codes.js';
import { GROUPS_WITH_ANSWER } from './dead-letter.queries.js';
import type { LetterRuns } from './runs/letter-runs.js';

/** The pace of a replay that was started on the board, which has no field for it. */
const PER_SECOND = 100;

interface BoardRow {
  readonly queue: ProviderQueueName;
  readonly appId: Uuid;
  readonly credentialId: Uuid | null;
  readonly provider: string;
  readonly lane: string;
  readonly reason: string;
  readonly count: number;
  readonly oldestAt: Date;
  readonly answer: unknown;
}

/** Shows this process's dead letters on the operators' board, by group; Retry there begins a run that replays the group. */
export function deadLetterBoard(parts: {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly runs: LetterRuns;
  readonly queues: readonly ProviderQueueName[];
  readonly logger: Logger;
}): GroupBoard {
  const { database, backend, runs, queues, logger } = parts;
  return new GroupBoard({
    backend,
    database,
    queues,
    logger,
    groups: async (): Promise<DeadGroup[]> => {
      const { rows } = await database.query<BoardRow>(GROUPS_WITH_ANSWER, [queues]);
      return rows.map((row) => ({ ...row, answer: codesOf(row.answer) }));
    },
    replay: async ({ queue, appId, reason }) => {
      const [, provider, lane] = queue.split('.');
      const request = deadLetterRunRequest.parse({ action: 'replay', provider, lane, reason, perSecond: PER_SECOND });
      const started = await runs.start({ id: newUuid(), appId, request, startedBy: 'Retry on the board' });
      // The same is under way: that is what is wanted.
      if (started.kind === 'taken') throw new Error('an id that was made for this run is taken');
      const { id, letters } = started.run;
      return { run: formatId('deadLetterRun', id), letters, perSecond: started.run.perSecond };
    },
  });
}
