import { describe, expect, it } from '@jest/globals';
import { Room } from './room.js';

describe('the room of the edge', () => {
  it('holds so many requests, and takes another when one leaves', () => {
    const room = new Room({ requests: 2, bytes: 1_000 });
    const [leave] = [room.enter(1), room.enter(1)];
    expect(room.enter(1)).toBeUndefined();
    leave!();
    expect(room.enter(1)).toBeDefined();
  });

  it('holds so many bytes, whatever their number', () => {
    const room = new Room({ requests: 100, bytes: 1_000 });
    const leave = room.enter(900);
    expect([room.enter(101), room.enter(100)]).toEqual([undefined, expect.any(Function)]);
    leave!();
    expect(room.enter(900)).toBeDefined();
  });
});
