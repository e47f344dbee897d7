import { postText } from '../load/burst.ts';

export const PATH = '/v1/notifications';

/** What every side of a benchmark is sent. */
export const REQUEST = {
  to: { userId: 'user-1' },
  content: { title: 'Your order is on its way', body: 'It should be with you between two and four o’clock.' },
  options: { category: 'orders' },
};

/** The text of a request to Signalbox, with its key. */
export function requestOf(
  { origin, apiKey }: { readonly origin: string; readonly apiKey: string },
  headers: Readonly<Record<string, string>>,
): string {
  return postText(origin, PATH, { authorization: `Bearer ${apiKey}`, ...headers }, REQUEST);
}
