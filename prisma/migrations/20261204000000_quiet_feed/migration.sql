-- The feed without what every notification writes: whoever follows rare facts would read all of it otherwise, for nothing. While it is
-- made, writers of the log wait for one pass over it, readers do not.
CREATE INDEX "event_log_quiet_xid_id_idx" ON "event_log" ("xid", "id")
  WHERE "type" NOT LIKE 'delivery.%' AND "type" NOT LIKE 'notification.%';
