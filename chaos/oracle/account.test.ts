import { describe, expect, it } from '@jest/globals';
import { balance } from './account.ts';

const nobody = { unknowns: 0, refusals: [], user: 'ann', acceptedAt: undefined };
const client = (...ids: string[]) => ({ ...nobody, ids: new Set(ids) });
const arrived = (id: string, answered = true) => ({ id, answered, at: 0 });

describe('the balance of a run', () => {
  it('is even when everything acknowledged arrived once', () => {
    const account = balance(new Map([['a', client('n1')]]), new Map([['a', [arrived('x')]]]), undefined);
    expect(account).toMatchObject({ accepted: 1, lost: [], phantom: [], otherId: [], sentAgain: 0 });
  });

  it('calls lost what was acknowledged and neither arrived nor ended, also if it is recorded as sent', () => {
    const clients = new Map(['a', 'b', 'c'].map((key) => [key, client(`n-${key}`)]));
    const outcomes = new Map([
      ['n-a', new Set(['accepted', 'sent'])],
      ['n-b', new Set(['accepted', 'retrying'])],
      ['n-c', new Set(['accepted', 'expired'])],
    ]);
    const { lost, endedOtherwise } = balance(clients, new Map(), outcomes);
    expect(lost).toEqual(['a: n-a (accepted, sent)', 'b: n-b (accepted, retrying)']);
    expect(endedOtherwise).toEqual({ expired: 1 });
  });

  it('counts what was sent again, tells what a silent provider caused, and names a repeat under another id', () => {
    const clients = new Map(['a', 'b'].map((key) => [key, client(`n-${key}`)]));
    const arrivals = new Map([
      ['a', [arrived('x', false), arrived('x')]],
      ['b', [arrived('y'), arrived('z')]],
    ]);
    expect(balance(clients, arrivals, undefined)).toMatchObject({
      sentAgain: 2,
      sentAgainAfterSilence: 1,
      otherId: ['b: y, z'],
    });
  });

  it('calls phantom what nobody asked for, what has two ids, and what is recorded without a client', () => {
    const clients = new Map([['a', client('n1', 'n2')]]);
    const outcomes = new Map(['n1', 'n2', 'n3'].map((id) => [id, new Set(['sent'])]));
    const { phantom } = balance(clients, new Map([['b', [arrived('x')]]]), outcomes);
    expect(phantom).toEqual([
      'b: nobody asked for it',
      'a: accepted under 2 ids',
      'n3: recorded, and no client knows it',
    ]);
  });

  it('resolves an unanswered call to one or to none', () => {
    const clients = new Map([
      ['a', { ...client('n1'), unknowns: 2 }],
      ['b', { ...client(), unknowns: 1 }],
    ]);
    const account = balance(clients, new Map([['a', [arrived('x')]]]), undefined);
    expect(account).toMatchObject({ unknown: { one: 1, none: 1 }, neverAnswered: 1, phantom: [] });
  });
});
