/** One row of work that was due a second ago, and one that is due in an hour, on each of the queues $1 of a table. Inserts alone. */
export function makeWork(table: string): string {
  return `INSERT INTO ${table} (id, root_id, queue, lane, items, next_offer_at, due_at)
    SELECT gen_random_uuid(), gen_random_uuid(), queue, 'bulk', '[{}]', now(), now() + delay
    FROM unnest($1::text[]) AS named (queue), unnest(ARRAY[interval '-1 s', interval '1 h']) AS due (delay)`;
}

/** For the rest of the transaction. */
export const AS_SCALER = 'SET LOCAL ROLE signalbox_scaler';

/** Sequential, of which nothing is read: it is refused. */
export const READ_ITEMS = 'SELECT items FROM push_work';
