-- To be run once after every restore, by the owner of the tables, before any service starts: psql -f prisma/restore/after-restore.sql
--
-- Events carry the id of the transaction that wrote them, and the feed shows only those below the oldest that still writes. Another
-- server counts anew: it would take the restored events for ones that are still being written, and hide them for as long as it takes to
-- count so far. So they become this transaction's, in the order of their ids. The new generation makes cursors of the earlier life
-- invalid instead of silently wrong: readers outside get 410, consumers inside find their place by id, a minute before it.
BEGIN;
ALTER TABLE event_log DISABLE TRIGGER event_log_append_only;
UPDATE event_log SET xid = DEFAULT;
ALTER TABLE event_log ENABLE TRIGGER event_log_append_only;
UPDATE revocation_event SET xid = DEFAULT;
UPDATE feed_generation SET generation = gen_random_uuid();
COMMIT;
