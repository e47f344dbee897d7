import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BreakerLedger } from './breaker-ledger.js';

describe('BreakerLedger', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  const open = (since: string) => `open since ${since}`;
  const closed = (): string => 'closed';

  it('tells of each breaker once, as it stands last', () => {
    const ledger = new BreakerLedger<string>();
    ledger.opened('a', open);
    ledger.opened('b', open);
    ledger.closed('b', closed);
    expect([...ledger.take().keys()]).toEqual(['a', 'b']);
    expect(ledger.take().size).toBe(0);
  });

  it('tells of one that opens again and again since when it is not closed', () => {
    jest.useFakeTimers({ now: new Date('2026-11-01T10:00:00Z') });
    const ledger = new BreakerLedger<string>();
    ledger.opened('a', open);
    ledger.take();
    jest.setSystemTime(new Date('2026-11-01T10:00:30Z'));
    ledger.opened('a', open);
    expect([...ledger.take()]).toEqual([['a', 'open since 2026-11-01T10:00:00.000Z']]);
  });

  it('tells of none that closed and never was open', () => {
    const ledger = new BreakerLedger<string>();
    ledger.closed('a', closed);
    expect(ledger.take().size).toBe(0);
  });

  it('takes back what was not written, but for what has changed since', () => {
    const ledger = new BreakerLedger<string>();
    ledger.opened('a', open);
    ledger.opened('b', open);
    const taken = ledger.take();
    ledger.closed('a', closed);
    ledger.giveBack(taken);
    expect([...ledger.take()]).toEqual([
      ['a', 'closed'],
      ['b', taken.get('b')],
    ]);
  });
});
