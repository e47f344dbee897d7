/**
 * Fails without a word when the day's partition has rows: a DROP would lose them. Index: the partition's primary key, for its
 * first row. Gives up at once rather than let writers queue behind its lock.
 */
export function dropPartition(parent: 'event_log' | 'delivery', day: string): string {
  const name = `${parent}_${day}`;
  return `DO $$ BEGIN
    SET LOCAL lock_timeout = '500ms';
    LOCK TABLE ONLY ${parent} IN ACCESS EXCLUSIVE MODE;
    IF NOT EXISTS (SELECT FROM ${name}) THEN DROP TABLE ${name}; END IF;
  END $$`;
}
