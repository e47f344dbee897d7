-- How many letters of a group are open, and since when, is read from the entries of this index alone. Only dead letters that are open have one.
CREATE INDEX "dead_letter_open_age_idx" ON "dead_letter" ("queue", "reason", "app_id", "died_at") WHERE "resolution" IS NULL;
