import { describe, expect, it } from '@jest/globals';
import { Random } from '../world/random.js';
import { type DeliveryBehaviour, ORDINARY_DELIVERY, retryDelay } from './delivery-behaviour.js';
import { planDelivery } from './plan.js';

function plans(seed: number, behaviour: Partial<DeliveryBehaviour>): number[][] {
  const random = new Random(seed);
  return Array.from({ length: 1000 }, () => planDelivery({ ...ORDINARY_DELIVERY, ...behaviour }, random));
}

describe('the plan of a delivery', () => {
  it('is to leave once and at once', () => {
    expect(new Set(plans(1, {}).map(String))).toEqual(new Set(['0']));
  });

  it('comes out the same for the same seed, and otherwise for another', () => {
    const behaviour = { drop: 0.1, duplicate: 0.2, jitterMs: 50 };
    expect(plans(7, behaviour)).toEqual(plans(7, behaviour));
    expect(plans(7, behaviour)).not.toEqual(plans(8, behaviour));
    expect(new Random(3).shuffled([1, 2, 3, 4, 5])).toEqual(new Random(3).shuffled([1, 2, 3, 4, 5]));
  });

  it('keeps to its shares, and one share does not move the others', () => {
    const behaviour = { drop: 0.1, duplicate: 0.2 };
    const dropped = plans(7, behaviour).filter((leaving) => leaving.length === 0).length;
    const doubled = plans(7, behaviour).filter((leaving) => leaving.length === 2).length;
    expect(dropped).toBeGreaterThan(70);
    expect(dropped).toBeLessThan(130);
    expect(doubled).toBeGreaterThan(140);
    expect(doubled).toBeLessThan(220);
    const alone = plans(7, { drop: 0.1 });
    expect(alone.map(({ length }) => length > 0)).toEqual(plans(7, behaviour).map(({ length }) => length > 0));
  });

  it('waits twice as long before each further attempt, up to a bound', () => {
    const retries = { attempts: 5, firstMs: 100, maxMs: 300 };
    expect([1, 2, 3, 4, 5].map((attempt) => retryDelay(retries, attempt))).toEqual([100, 200, 300, 300, undefined]);
  });
});
