-- Facts of auth by the user they name: they outlive the session that is their subject, and an erasure has to find them then. Only these
-- facts are in it, so that no notification pays for it. While it is made, writers of the log wait for one pass over it, readers do not.
CREATE INDEX "event_log_auth_user_id_idx" ON "event_log" (("payload" ->> 'userId'), "id") WHERE "type" LIKE 'auth.%';
