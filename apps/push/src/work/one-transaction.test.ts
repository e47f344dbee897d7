import { afterAll, describe, expect, it } from '@jest/globals';
import { newUuid, QUEUES } from '@signalbox/contracts';
import { openPrisma, prismaSql, type PrismaClient, type Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { usePostgres } from '@signalbox/testing';
import { pushWork } from './push-work.js';

class ChangedItsMind extends Error {}

// Hooks run in the order of their making, and the database must be left before it is dropped.
let prisma: PrismaClient | undefined;
afterAll(() => prisma?.$disconnect());
const postgres = usePostgres();

/** Both ways of having a transaction open. */
const adapters: Record<string, (work: (tx: Sql) => Promise<void>) => Promise<void>> = {
  pg: (work) => postgres.database().transaction(work),
  prisma: (work) => (prisma ??= openPrisma(postgres.url(), 'test')).$transaction((tx) => work(prismaSql(tx))),
};

describe.each(Object.keys(adapters))('a fact and its work in one %s transaction', (name) => {
  const transaction = adapters[name]!;
  const id = newUuid();
  const both = async (tx: Sql): Promise<void> => {
    await append(tx, [
      {
        id,
        appId: newUuid(),
        type: 'app.created',
        subject: `app_${id}`,
        data: { name: 'x' },
        seq: 7n,
        content: Buffer.from([0, 255]),
        dekId: id,
      },
    ]);
    await pushWork.enqueue(tx, [{ id, rootId: id, queue: QUEUES.routeBulk, lane: 'bulk', items: [{ n: id }] }]);
  };
  const kept = async (): Promise<number[]> => {
    const counts = ['event_log', 'push_work'].map((table) =>
      postgres.database().query(`SELECT 1 FROM ${table} WHERE id = $1`, [id]),
    );
    return (await Promise.all(counts)).map((result) => result.rowCount);
  };

  it('are both gone when it is rolled back', async () => {
    const attempt = transaction(async (tx) => {
      await both(tx);
      throw new ChangedItsMind();
    });
    await expect(attempt).rejects.toBeInstanceOf(ChangedItsMind);
    expect(await kept()).toEqual([0, 0]);
  });

  it('are both there when it is committed', async () => {
    await transaction(both);
    expect(await kept()).toEqual([1, 1]);
  });
});
