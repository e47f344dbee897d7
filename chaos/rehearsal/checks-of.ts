import { eventually } from '@signalbox/process-control';
import type { Stage } from './stage.ts';

/** A credential that is tried by the clock, and what came of it last. */
interface Check {
  readonly credentialId: string;
  readonly provider: string;
  readonly verdict: string | null;
  readonly checkedAt: string | null;
}

/** Of one provider; of all of them unless told. @throws where nobody tries any. */
async function checksOf(stage: Stage, provider?: string): Promise<readonly Check[]> {
  const { checks } = await stage.asOperator<{ checks: Check[] }>('push', 'GET', '/v1/synthetic-checks');
  const found = checks.filter((each) => provider === undefined || each.provider === provider);
  if (found.length === 0) throw new Error(`nobody tries credentials of ${provider ?? 'any provider'}`);
  return found;
}

async function tryAll(stage: Stage, checks: readonly Check[]): Promise<void> {
  for (const { credentialId } of checks)
    await stage.asOperator('push', 'POST', `/v1/synthetic-checks/${credentialId}/now`);
}

/** Has credentials tried as soon as a process looks, within seconds: those of one provider, or all of them. */
export async function checkNow(stage: Stage, provider?: string): Promise<void> {
  await tryAll(stage, await checksOf(stage, provider));
}

/** Resolves when each was tried after now, and is taken. What a check found stays found until the next: each is asked for until it is well. */
export async function untilTaken(stage: Stage, provider?: string): Promise<void> {
  const since = Date.now();
  await eventually(
    async () => {
      const open = (await checksOf(stage, provider)).filter(
        ({ verdict, checkedAt }) =>
          Date.parse(checkedAt ?? '') < since || (verdict !== 'works' && verdict !== 'limited'),
      );
      await tryAll(stage, open);
      return open.length === 0;
    },
    { within: 60_000, every: 1_000 },
  );
}
