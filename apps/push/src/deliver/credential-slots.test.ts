import { describe, expect, it } from '@jest/globals';
import { CredentialSlots, type SlotAnswer } from './credential-slots.js';

const NO_PATIENCE = 0;

describe('the slots of a worker', () => {
  const take = (slots: CredentialSlots, credential: string, times: number): Promise<boolean[]> =>
    Promise.all(Array.from({ length: times }, async () => (await slots.take(credential, NO_PATIENCE)) === 'taken'));

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
      slots.take('a', 10_000).then((answer) => answer === 'taken' && order.push(place)),
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
    const answers: SlotAnswer[] = [];
    const ask = (): Promise<unknown> => slots.take('hangs', 250).then((answer) => answers.push(answer));
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
});
