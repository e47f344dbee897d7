import { describe, expect, it } from '@jest/globals';
import { compareNeighbours } from './neighbours.ts';

describe('the neighbours of an app in trouble', () => {
  const client = (user: string, acceptedAt: number) => ({
    ids: new Set(['n']),
    unknowns: 0,
    refusals: [],
    user,
    acceptedAt,
  });
  const arrival = (at: number) => [{ id: 'x', answered: true, at }];

  it('are measured from their 202 to the provider, outside the trouble and in it, and the app itself is not', () => {
    const clients = new Map([
      ['calm', client('other', 100)],
      ['troubled', client('other', 1_000)],
      ['own', client('own', 1_000)],
    ]);
    const arrivals = new Map([
      ['calm', arrival(130)],
      ['troubled', arrival(1_040)],
      ['own', arrival(9_000)],
    ]);
    const felt = compareNeighbours(clients, arrivals, (user) => user === 'other', { from: 500, to: 2_000 });
    expect(felt).toEqual({ calm: { messages: 1, p50: 30, p99: 30 }, troubled: { messages: 1, p50: 40, p99: 40 } });
  });
});
