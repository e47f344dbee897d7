-- What a phone said of a notification. `sent` -> `delivered` -> `opened`, never back.
ALTER TABLE "delivery" DROP CONSTRAINT "delivery_state_check";
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_state_check"
  CHECK ("state" IN ('sending', 'sent', 'delivered', 'opened', 'retrying', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'));
-- When, by the phone's own word; each is said once.
ALTER TABLE "delivery" ADD COLUMN "received_at" timestamptz;
ALTER TABLE "delivery" ADD COLUMN "opened_at" timestamptz;
ALTER TABLE "delivery" ADD COLUMN "dismissed_at" timestamptz;

-- How many deliveries of a notification ended in what, by day. A row for each process that counts, so that none waits for another.
CREATE TABLE IF NOT EXISTS "notification_tally" (
  "notification_id" uuid     NOT NULL,
  "day"             date     NOT NULL,
  "outcome"         text     NOT NULL,
  "shard"           smallint NOT NULL,
  "n"               bigint   NOT NULL,
  CONSTRAINT "notification_tally_pkey" PRIMARY KEY ("notification_id", "day", "outcome", "shard")
) WITH (fillfactor = 50);
