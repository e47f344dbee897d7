import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canStartRedis } from '@signalbox/process-control';
import { describeWith } from '../../monitoring/promtool.ts';
import { rehearse } from './rehearse.ts';
import { SCENARIOS } from './scenarios/all.ts';
import { openStage, type Stage } from './stage.ts';

const SHORT = ['calm', 'redis-away', 'process-killed'] as const;
const FACTOR = 60;

/** The rehearsal of alerts in short: three scenarios. All of them are `npm run rehearse`. */
describeWith('prometheus', 'a Prometheus with our rules', () => {
  const tests = canStartRedis() ? describe : describe.skip;
  tests('over a whole Signalbox', () => {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-rehearsal-'));
    const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
    const guard = (child: { kill(signal: NodeJS.Signals): boolean }): void => void children.add(child);
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(folder, guard);
    }, 90_000);
    afterAll(async () => {
      await stage.stop();
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }, 30_000);

    it.each(SHORT)(
      'tells of %s exactly what it should',
      async (name) => {
        const scenario = SCENARIOS.find((each) => each.name === name)!;
        const { missing, stray } = await rehearse(scenario, { stage, folder, guard, factor: FACTOR, patience: 30 });
        expect({ missing, stray }).toEqual({ missing: [], stray: [] });
      },
      60_000,
    );
  });
});
