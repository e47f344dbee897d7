-- What a phone said of a notification. `sent` -> `delivered` -> `opened`, never back.
ALTER TABLE "delivery" DROP CONSTRAINT "delivery_state_check";
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_state_check"
  CHECK ("state" IN ('sending', 'sent', 'delivered', 'opened', 'retrying', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'));
-- When, by the phone's own word; each is said once.
ALTER TABLE "delivery" ADD COLUMN "received_at" timestamptz;
ALTER TABLE "delivery" ADD COLUMN "opened_at" timestamptz;
ALTER TABLE "delivery" ADD COLUMN "dismissed_at" timestamptz;
