import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('repeats a check until it neither throws nor returns false, and hands its result on', async () => {
    let calls = 0;
    const answers: (() => string | false)[] = [
      () => {
        throw new Error('not yet');
      },
      () => false,
      () => 'here',
    ];
    expect(await eventually(() => answers[calls++]!(), { every: 1 })).toBe('here');
    expect(calls).toBe(3);
  });

  it('fails with what the last check said', async () => {
    await expect(eventually(() => expect(1).toBe(2), { within: 5, every: 1 })).rejects.toThrow(/Expected: 2/);
    await expect(eventually(() => false, { within: 5, every: 1 })).rejects.toThrow(/still returned false after 5 ms/);
  });
});
