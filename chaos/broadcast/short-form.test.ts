import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sizeOfTest } from '@signalbox/testing';
import { accounting } from './bounds.ts';
import { runBroadcast } from './run.ts';

const DEVICES = sizeOfTest('BROADCAST_DEVICES', 5_000);

/** `npm run broadcast:million` in small: what depends on size and time, memory and the patience of others, is not looked at. */
describe('a broadcast to everybody', () => {
  const children = new Set<{ kill(signal: NodeJS.Signals): boolean }>();
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
  });

  it('gives every phone exactly one outcome, though everybody who works on it is killed twice', async () => {
    let priorities: number[] = [];
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-broadcast-'));
    const result = await runBroadcast({
      ...{ devices: DEVICES, kills: 2, others: 0, rate: 10_000, idle: 0, hurried: true, backend: 'postgres', folder },
      patience: 100_000,
      tell: () => undefined,
      guard: (child) => children.add(child),
      onStart: ({ services }) => {
        priorities = [services['worker-1'], services['worker-2']].map(({ pid }) => getPriority(pid));
      },
    });
    await rm(folder, { recursive: true, force: true });
    expect(accounting(result)).toEqual([]);
    // Whoever does bulk work alone gives way to all others of the machine.
    expect(priorities).toEqual([getPriority(), Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL)]);
    expect(result.view).toMatchObject({
      state: 'completed',
      outcomes: { refused: DEVICES / 100, sent: DEVICES * 0.99 },
    });
  }, 120_000);
});
