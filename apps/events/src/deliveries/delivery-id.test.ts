import { expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { deliveryIdOf } from './delivery-id.js';

it('the id of a delivery is the same each time, another for each endpoint, and in the order of events', () => {
  const [one, other] = [newUuid(), newUuid()];
  const events = Array.from({ length: 1_000 }, () => newUuid());
  const ids = events.map((event) => deliveryIdOf(event, one));
  expect(events.map((event) => deliveryIdOf(event, one))).toEqual(ids);
  expect(new Set([...ids, ...events.map((event) => deliveryIdOf(event, other))]).size).toBe(2_000);
  expect(ids.toSorted()).toEqual(ids);
});
