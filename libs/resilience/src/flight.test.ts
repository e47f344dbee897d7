import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Flight } from './flight.js';

const LONG = 60_000;
const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('a flight', () => {
  it('lands once, with the first answer', async () => {
    const landings: string[] = [];
    const flight = new Flight<string>({
      deadlineMs: LONG,
      giveUp: (why) => why,
      onLanding: (answer) => landings.push(answer),
    });
    expect([flight.isOver, flight.land('first'), flight.land('second'), flight.isOver]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(await flight.landed).toBe('first');
    expect(landings).toEqual(['first']);
  });

  it('is given up at its deadline', async () => {
    const flight = new Flight<string>({ deadlineMs: 20, giveUp: (why) => why });
    expect(await flight.landed).toBe('TIMEOUT');
    expect(flight.ageMs).toBeGreaterThanOrEqual(19);
  });

  it('is given up when it is aborted, and at once when it was aborted before', async () => {
    const cancel = new AbortController();
    const flight = new Flight<string>({ deadlineMs: LONG, signal: cancel.signal, giveUp: (why) => why });
    cancel.abort();
    expect(await flight.landed).toBe('ABORTED');
    const late = new Flight<string>({ deadlineMs: LONG, signal: cancel.signal, giveUp: (why) => why });
    expect([late.isOver, await late.landed]).toEqual([true, 'ABORTED']);
  });

  it('does not give up what has landed', () => {
    const cancel = new AbortController();
    let givenUp = 0;
    const options = { deadlineMs: LONG, signal: cancel.signal, giveUp: () => (givenUp += 1) };
    new Flight<number>(options).land(0);
    cancel.abort();
    expect(givenUp).toBe(0);
  });

  it('leaves no timer and no listener behind, whichever way it lands', async () => {
    const before = timers();
    const cancel = new AbortController();
    const { signal } = cancel;
    const flights = [LONG, LONG, 10].map((deadlineMs) => new Flight({ deadlineMs, signal, giveUp: (why) => why }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(3);
    flights[0]!.land('TIMEOUT');
    await flights[2]!.landed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    cancel.abort();
    await flights[1]!.landed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
