import { describe, expect, it } from '@jest/globals';
import { QUEUE_NAMES, queuesOf } from './queues.js';

describe('the queues', () => {
  it('belong to one service each, which alone offers work on them', () => {
    const all = (['push', 'events', 'payments', 'auth'] as const).flatMap(queuesOf);
    expect(all.toSorted()).toEqual(QUEUE_NAMES.toSorted());
  });
});
