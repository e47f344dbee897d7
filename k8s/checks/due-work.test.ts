import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { QUEUE_NAMES } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { z } from 'zod';
import { AS_SCALER, makeWork, READ_ITEMS } from './due-work.queries.ts';
import { describeRendered } from './render.ts';

const scaledObject = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    triggers: z.array(z.looseObject({ type: z.string(), metadata: z.looseObject({ query: z.string().optional() }) })),
  }),
});
const SCALER_ROLE = readFileSync(join(import.meta.dirname, '../scaler-role.sql'), 'utf8');

/** Ends a transaction whose work nobody is to see. */
class Enough extends Error {}

describeRendered('the work that KEDA counts', (render) => {
  const postgres = usePostgres();
  const asked = render('overlays/production')
    .filter(({ kind }) => kind === 'ScaledObject')
    .map((each) => scaledObject.parse(each))
    .flatMap(({ metadata, spec }) =>
      spec.triggers.flatMap(({ metadata: { query } }) => (query === undefined ? [] : [{ name: metadata.name, query }])),
    )
    .map((each) => ({ ...each, queues: [...each.query.matchAll(/'([\w.]+)'/g)].map(([, queue]) => queue!) }));

  it('is on queues that there are, and on every queue but the mails, which the API of auth sends', () => {
    const counted = new Set(asked.flatMap(({ queues }) => queues));
    expect([...counted].sort()).toEqual(QUEUE_NAMES.filter((queue) => queue !== 'auth.mail.transactional').sort());
  });

  it('is what is due, seen by a role that sees nothing else', async () => {
    const counts = new Map<string, number>();
    const looking = postgres.database().transaction(async (tx) => {
      for (const table of ['push', 'payments', 'events']) {
        await tx.query(makeWork(`${table}_work`), [QUEUE_NAMES.filter((queue) => queue.startsWith(`${table}.`))]);
      }
      await tx.query(SCALER_ROLE);
      await tx.query(AS_SCALER);
      for (const { query } of asked) {
        const [row] = (await tx.query<{ count: string }>(query)).rows;
        counts.set(query, Number(row?.count));
      }
      throw new Enough();
    });
    await expect(looking).rejects.toThrow(Enough);
    expect(Object.fromEntries(counts)).toEqual(
      Object.fromEntries(asked.map(({ query, queues }) => [query, queues.length])),
    );
  });

  it('is not told to the role that counts it', async () => {
    const looking = postgres.database().transaction(async (tx) => {
      await tx.query(SCALER_ROLE);
      await tx.query(AS_SCALER);
      await tx.query(READ_ITEMS);
    });
    await expect(looking).rejects.toThrow('permission denied');
  });
});
