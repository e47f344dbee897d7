import { describe, expect, it } from '@jest/globals';
import { QUEUE_NAMES, queuesOf } from './queues.js';

describe('the queues', () => {
  it('belong to one service each, which alone offers work on them', () => {
    const [push, events] = [queuesOf('push'), queuesOf('events')];
    expect([...push, ...events].sort()).toEqual([...QUEUE_NAMES].sort());
    expect(push.filter((queue) => events.includes(queue))).toEqual([]);
  });
});
