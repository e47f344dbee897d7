import type { PushUnderLoad } from './push-under-load.ts';

const LINES = 500;
const AT_ONCE = 4;

/**
 * Sends one notification to each of so many users, in batches of 500.
 *
 * @param every 50: to every fiftieth.
 * @throws where one line is not accepted.
 */
export async function sendBatches({ origin, apiKey }: PushUnderLoad, users: number, every = 1): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < users) {
      const [from, to] = [next, Math.min(next + LINES, users)];
      next = to;
      const notifications = Array.from({ length: to - from }, (_, index) => ({
        to: { userId: `user-${(from + index) * every}` },
        content: { title: 'Hello', body: 'from Signalbox' },
      }));
      const response = await fetch(`${origin}/v1/notifications/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ notifications }),
      });
      const answer = await response.text();
      if (response.status !== 202 || answer.includes('"refused"'))
        throw new Error(`not taken: ${answer.slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
