import { describe, expect, it } from '@jest/globals';
import { CredentialSlots } from './credential-slots.js';

const NO_PATIENCE = 0;

describe('the slots of a worker', () => {
  const take = (slots: CredentialSlots, credential: string, times: number): Promise<boolean[]> =>
    Promise.all(
      Array.from({ length: times }, async () => (await slots.take(credential, NO_PATIENCE)).slot === 'taken'),
    );

  it('are shared when several credentials have work: none holds more than its cap', async () => {
    const slots = new CredentialSlots(2, 6);
    await take(slots, 'other', 1);
    expect(await take(slots, 'busy', 3)).toEqual([true, true, false]);
    slots.giveBack('busy');
    expect(await take(slots, 'busy', 1)).toEqual([true]);
  });

  it('are never all held by one credential, even when it is alone: the next one finds a free one at once', async () => {
    const slots = new CredentialSlots(2, 6);
    expect(await take(slots, 'alone', 7)).toEqual([true, true, true, true, true, true, false]);
    expect(await take(slots, 'next', 2)).toEqual([true, true]);
    expect(await take(slots, 'alone', 1)).toEqual([false]);
  });

  it('go to whoever waited first for one of the same credential', async () => {
    const slots = new CredentialSlots(1, 1);
    await take(slots, 'a', 1);
    const order: number[] = [];
    const waiting = [1, 2].map((place) =>
      slots.take('a', 10_000).then(({ slot }) => slot === 'taken' && order.push(place)),
    );
    slots.giveBack('a');
    slots.giveBack('a');
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });

  it('are not waited for where nothing moves, and never by so many that the others find none', async () => {
    let now = 0;
    const slots = new CredentialSlots(2, 5, () => now);
    await take(slots, 'other', 1);
    await take(slots, 'hangs', 2);
    const answers: string[] = [];
    const ask = (): Promise<unknown> => slots.take('hangs', 250).then(({ slot }) => answers.push(slot));
    const waiting = [ask(), ask(), ask()];
    await ask();
    // Two run and three wait: that is all that one credential may keep busy.
    expect(answers).toEqual(['busy']);
    slots.giveBack('hangs');
    await waiting[0];
    expect(answers).toEqual(['busy', 'taken']);
    now = 251;
    await ask();
    expect(answers).toEqual(['busy', 'taken', 'stuck']);
    await Promise.all(waiting);
    expect(answers).toEqual(['busy', 'taken', 'stuck', 'busy', 'busy']);
  });

  it('are promised to those who must come again, each at a time of its own, as fast as they come free', async () => {
    let now = 0;
    const slots = new CredentialSlots(1, 1, () => now);
    await take(slots, 'a', 1);
    for (let n = 0; n < 50; n += 1) {
      now += 1_000;
      slots.giveBack('a');
      await take(slots, 'a', 1);
    }
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(() => slots.take('a', NO_PATIENCE)));
    const waits = answers.map((answer) => ('ms' in answer ? Math.round(answer.ms / 100) / 10 : undefined));
    expect(waits).toEqual([1, 2, 3, 4, 5, 5, 5]);
  });
});
