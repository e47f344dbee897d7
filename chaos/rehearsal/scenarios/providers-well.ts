import { setTimeout as lasting } from 'node:timers/promises';
import { eventually } from '@signalbox/process-control';
import { untilTaken } from '../checks-of.ts';
import type { Stage } from '../stage.ts';
import { HOW_LATE } from './providers.queries.ts';

/** Between two looks of what looks at tables, or at connections, for Prometheus; and a little. Milliseconds. */
const TOLD_MS = 5_500;
/** Work is begun within a moment; with more lateness it still waits for its turn. Seconds. */
const ON_TIME_S = 2;

/** Resolves when nothing is on hold, every credential was tried again and is taken, and nothing is late. */
export async function untilWell(stage: Stage): Promise<void> {
  await liftHolds(stage);
  await untilTaken(stage);
  await untilOnTime(stage);
}

/** Resolves when all that is told every few seconds was told: it would count as what happened in the next scenario. */
export const untilTold = (): Promise<void> => lasting(TOLD_MS);

/** Resolves when no work of push's is late any more. @throws when it does not catch up. */
export async function untilOnTime(stage: Stage): Promise<void> {
  await stage.database((connection) =>
    eventually(
      async () => {
        const { rows } = await connection.query<{ seconds: number }>(HOW_LATE);
        return rows.every(({ seconds }) => seconds < ON_TIME_S);
      },
      { within: 60_000, every: 500 },
    ),
  );
}

async function liftHolds(stage: Stage): Promise<void> {
  const { holds } = await stage.asOperator<{ holds: { credentialId: string }[] }>('push', 'GET', '/v1/holds');
  // One may have ended by itself meanwhile.
  for (const { credentialId } of holds)
    await stage.asOperator('push', 'DELETE', `/v1/holds/${credentialId}`).catch(() => 0);
}
