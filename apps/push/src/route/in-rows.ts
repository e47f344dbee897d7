import { MAX_ITEMS } from '@signalbox/queues';

/** Items in portions that a work row holds. */
export function inRows<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / MAX_ITEMS) }, (_, index) =>
    items.slice(index * MAX_ITEMS, (index + 1) * MAX_ITEMS),
  );
}
