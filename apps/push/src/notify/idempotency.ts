import { hash } from 'node:crypto';
import type { NotificationRequest, Uuid } from '@signalbox/contracts';

/** The stored name of a key: bound to the app and the route, so that nobody can meet another's key. */
export function idempotencyHash(appId: Uuid, route: string, key: string): Uuid {
  const hex = hash('sha256', `${appId}\n${route}\n${key}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** What a key stands for. Taken from the parsed request, so that spacing and the order of fields do not matter. */
export function requestHash({ to, content, template, options }: NotificationRequest): Buffer {
  const said = {
    ...(content && { content: { ...content, data: content.data && sorted(content.data) } }),
    ...(template && { template: { ...template, params: sorted(template.params) } }),
  };
  return hash('sha256', JSON.stringify({ to, ...said, options }), 'buffer');
}

function sorted<Value>(members: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What callers are told of the header, on every route that takes something on once. */
export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key': {
    description: 'Kept for 72 hours. The same key and request answer the same id; another request answers 422.',
  },
};
