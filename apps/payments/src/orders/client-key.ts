import { createHash } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';

/** An Idempotency-Key with what it was sent for. */
export interface ClientKey {
  /** Its stored name: bound to the app and the route, so that nobody can meet another's key. */
  readonly k: Uuid;
  readonly requestHash: Buffer;
}

/**
 * @param asked what the key stands for: order, amount and currency are in it, and whatever else the caller sent. The order of its
 * fields does not matter.
 * @throws Problem 422 when there is no key: a call about money that is sent twice would be done twice.
 */
export function clientKey(appId: Uuid, route: string, key: string | undefined, asked: object): ClientKey {
  if (key === undefined) {
    throw problems.invalid([
      {
        in: 'header',
        pointer: '/Idempotency-Key',
        reason: 'is required: send a new one for each thing to be done, and the same again for a repetition of it',
      },
    ]);
  }
  const hex = createHash('sha256').update(`${appId}\n${route}\n${key}`).digest('hex');
  return {
    k: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`,
    requestHash: createHash('sha256')
      .update(JSON.stringify(sorted(asked)))
      .digest(),
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]));
}
