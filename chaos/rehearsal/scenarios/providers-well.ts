import { setTimeout as lasting } from 'node:timers/promises';
import { eventually } from '@signalbox/process-control';
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

interface Check {
  readonly credentialId: string;
  readonly verdict: string | null;
  readonly checkedAt: string | null;
}

const checksOf = async (stage: Stage): Promise<readonly Check[]> =>
  (await stage.asOperator<{ checks: Check[] }>('push', 'GET', '/v1/synthetic-checks')).checks;

/** Has these credentials tried as soon as a process looks, within seconds; all of them unless told. */
export async function checkNow(stage: Stage, checks?: readonly Check[]): Promise<void> {
  for (const { credentialId } of checks ?? (await checksOf(stage)))
    await stage.asOperator('push', 'POST', `/v1/synthetic-checks/${credentialId}/now`);
}

/** What a check found stays found until the next, which may be due in minutes: each is asked for until it is well. */
async function untilTaken(stage: Stage): Promise<void> {
  const since = Date.now();
  await eventually(
    async () => {
      const checks = await checksOf(stage);
      const open = checks.filter(
        ({ verdict, checkedAt }) =>
          Date.parse(checkedAt ?? '') < since || (verdict !== 'works' && verdict !== 'limited'),
      );
      await checkNow(stage, open);
      return open.length === 0;
    },
    { within: 60_000, every: 1_000 },
  );
}
