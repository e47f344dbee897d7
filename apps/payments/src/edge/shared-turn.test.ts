import { describe, expect, it } from '@jest/globals';
import { SharedTurn } from './shared-turn.js';

describe('a shared turn', () => {
  it('lets those that came together take each step together, and who comes later goes on later', async () => {
    const turn = new SharedTurn();
    const steps: string[] = [];
    const walk = async (who: string): Promise<void> => {
      await turn.begin();
      steps.push(`${who} proves`);
      await Promise.resolve();
      steps.push(`${who} reads`);
    };
    const first = [walk('one'), walk('another')];
    expect(steps).toEqual([]);
    await Promise.all(first);
    await walk('the next');
    expect(steps).toEqual([
      'one proves',
      'another proves',
      'one reads',
      'another reads',
      'the next proves',
      'the next reads',
    ]);
  });
});
