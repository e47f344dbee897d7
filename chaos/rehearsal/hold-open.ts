import type { Stage } from './stage.ts';
import { SIT_STILL } from './stage.queries.ts';

/** A transaction that does this, and then nothing. @returns what ends it. */
export async function holdOpen(stage: Stage, statement: string): Promise<() => Promise<void>> {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const held = stage.database((connection) =>
    connection.transaction(async (tx) => {
      await tx.query(SIT_STILL);
      await tx.query(statement);
      begun.resolve();
      await over.promise;
    }),
  );
  held.catch(begun.reject);
  await begun.promise;
  return () => {
    over.resolve();
    return held;
  };
}
