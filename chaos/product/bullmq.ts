import { openQueue } from '../baseline/push-queue.ts';
import { post } from '../load/door.ts';
import type { System } from '../system/system.ts';
import { tokenOf, USERS, type Product } from './product.ts';

/** The service that one would write with BullMQ alone (`chaos/baseline`), for comparison. */
export async function openBullmq(system: System): Promise<Product> {
  const { urls, postgres } = system;
  const ask = async <Answer>(work: (queue: ReturnType<typeof openQueue>) => Promise<Answer>): Promise<Answer> => {
    // Redis may have been replaced since.
    const queue = openQueue({ databaseUrl: postgres.url(), redisUrl: system.redis?.url });
    try {
      return await work(queue);
    } finally {
      await queue.close();
    }
  };
  return {
    users: USERS,
    door: async (lines) => {
      const body = { lines: lines.map(({ key, user }) => ({ key, token: tokenOf(Number(user.split('-')[1])) })) };
      const answer = await post(`${urls.api}/send`, body, {});
      return lines.map(({ key }) => {
        if ('why' in answer) return { is: 'unknown', why: answer.why };
        return answer.status === 202 ? { is: 'accepted', id: key } : { is: 'unknown', why: String(answer.status) };
      });
    },
    owed: () =>
      ask(async (queue) => {
        const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
        return Object.values(counts).reduce((sum, number) => sum + number, 0);
      }),
    books: () =>
      ask(async (queue) => {
        const failed = await queue.getFailed();
        return { outcomes: new Map(failed.map((job) => [job.id!, new Set(['failed'])])), invariant: [] };
      }),
    close: () => Promise.resolve(),
  };
}
