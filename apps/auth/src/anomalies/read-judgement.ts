import { anomalyReason, ANOMALY_CONSEQUENCES } from '@signalbox/contracts';
import { z } from 'zod';

const judgement = z.object({
  verdict: z.enum(['allow', ...ANOMALY_CONSEQUENCES]).exclude(['ignore']),
  reasons: z.array(anomalyReason),
});

/** A judgement as it was kept with its session. A session without one, of a browser that was signed in already, is nothing unusual. */
export function readJudgement(kept: unknown): z.output<typeof judgement> {
  return judgement.safeParse(kept).data ?? { verdict: 'allow', reasons: [] };
}
