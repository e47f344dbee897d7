-- "User X did not get yesterday's push": what was for a user is found by two summaries of the log, each some kilobytes for half a megabyte
-- of rows. A row that comes into a stretch that has no summary yet costs nothing; autovacuum makes them behind the writers.
CREATE INDEX "event_log_recipient_idx" ON "event_log"
  USING brin (("payload" #>> '{to,userId}') text_bloom_ops (n_distinct_per_range = 1000))
  WITH (pages_per_range = 64, autosummarize = on) WHERE "type" = 'notification.accepted';

CREATE INDEX "delivery_device_id_idx" ON "delivery"
  USING brin ("device_id" uuid_bloom_ops (n_distinct_per_range = 2000))
  WITH (pages_per_range = 64, autosummarize = on);
