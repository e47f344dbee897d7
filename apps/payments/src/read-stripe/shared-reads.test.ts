import { describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

describe('reads of one object', () => {
  /** A read whose steps a test takes by hand. */
  function manual() {
    const calls: { leave: () => void; answer: (value: string) => void; fail: (error: Error) => void }[] = [];
    const read = (leave: () => void) =>
      new Promise<string>((resolve, reject) => calls.push({ leave, answer: resolve, fail: reject }));
    return { calls, read };
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('that begin before the question has left share one call', async () => {
    const reads = new SharedReads<string>();
    const { calls, read } = manual();
    const asking = [reads.read('a', read), reads.read('a', read), reads.read('b', read)];
    await settled();
    asking.push(reads.read('a', read));
    expect(calls).toHaveLength(2);
    calls[0]!.leave();
    calls[0]!.answer('of a');
    calls[1]!.answer('of b');
    expect(await Promise.all(asking)).toEqual(['of a', 'of a', 'of b', 'of a']);
  });

  it('that begin later share the next call: the answer under way may be older than what they know', async () => {
    const reads = new SharedReads<string>();
    const { calls, read } = manual();
    const first = reads.read('a', read);
    await settled();
    calls[0]!.leave();
    const later = [reads.read('a', read), reads.read('a', read)];
    await settled();
    expect(calls).toHaveLength(1);
    calls[0]!.answer('old');
    await settled();
    expect(calls).toHaveLength(2);
    later.push(reads.read('a', read));
    calls[1]!.leave();
    calls[1]!.answer('new');
    expect([await first, ...(await Promise.all(later))]).toEqual(['old', 'new', 'new', 'new']);
  });

  it('that fail fail for all who shared them, and for nobody else', async () => {
    const reads = new SharedReads<string>();
    const { calls, read } = manual();
    const failing = [reads.read('a', read), reads.read('a', read)].map((each) => expect(each).rejects.toThrow('away'));
    await settled();
    calls[0]!.leave();
    const next = reads.read('a', read);
    calls[0]!.fail(new Error('away'));
    await Promise.all(failing);
    await settled();
    calls[1]!.answer('here');
    expect(await next).toBe('here');
  });
});
