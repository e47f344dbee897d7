import { describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { PROVIDERS, type PushMessage } from '../providers/push-provider.js';
import { AttemptLog } from './attempt-log.js';
import { Figures } from '../figures/figures.js';

describe('the metric of alarms', () => {
  it('has a label for each reason that is known, one for all others, and one for none yet', async () => {
    const metrics = createMetrics('bench');
    const log = new AttemptLog(createLogger('bench', 'silent'), metrics, new Figures());
    const item = { d: newUuid(), n: newUuid(), v: newUuid(), a: 1 };
    const message = { options: { priority: 'bulk' } } as PushMessage;
    for (const reason of ['BadJwtToken', 'status 413', 'oauth: invalid_grant', 'BuyThings', 'BuyMoreThings']) {
      const outcome = { kind: 'rejected', reason, alarm: true, raw: {} } as const;
      log.tell({ provider: 'webpush', item, message, outcome, milliseconds: 1, queuedMs: 0, trace: undefined });
    }
    const { values } = await metrics.registry.getSingleMetric('provider_alarms_total')!.get();
    expect(values.map(({ labels, value }) => [labels['reason'], value])).toEqual([
      ...PROVIDERS.map(() => ['none', 0]),
      ['BadJwtToken', 1],
      ['status 413', 1],
      ['oauth', 1],
      ['other', 2],
    ]);
  });
});
