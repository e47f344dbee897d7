import type { ProviderQueueName, Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { GroupBoard, type DeadGroup, type QueueBackend } from '@signalbox/queues';
import type { Logger } from '@signalbox/telemetry';
import { GROUPS_WITH_ANSWER } from './dead-letter.queries.js';
import type { DeadLetters } from './dead-letters.js';

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

/** Shows this process's dead letters on the operators' board, by group; Retry there replays the group. */
export function deadLetterBoard(parts: {
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly letters: DeadLetters;
  readonly queues: readonly ProviderQueueName[];
  readonly logger: Logger;
}): GroupBoard {
  const { database, backend, letters, queues, logger } = parts;
  return new GroupBoard({
    backend,
    database,
    queues,
    logger,
    groups: async (): Promise<DeadGroup[]> => {
      const { rows } = await database.query<BoardRow>(GROUPS_WITH_ANSWER, [queues]);
      return rows;
    },
    replay: async ({ queue, appId, reason }) => {
      const { replayed, lastDueAt } = await letters.replay(
        { appId, queue, reason },
        { limit: Number.MAX_SAFE_INTEGER, perSecond: PER_SECOND },
      );
      return { replayed, ...(lastDueAt === undefined ? {} : { lastDueAt: lastDueAt.toISOString() }) };
    },
  });
}
