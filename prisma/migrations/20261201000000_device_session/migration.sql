-- A device that a user registered is theirs for as long as the session lasts that registered it. Null: a key vouched for the user.
ALTER TABLE "device" ADD COLUMN "session_id" text;
-- Whose it was when that session ended, until it is registered again.
ALTER TABLE "device" ADD COLUMN "signed_out_user_id" text;
ALTER TABLE "device" ADD COLUMN "signed_out_at" timestamptz;

-- All of it is null in rows that are there: both indexes are built empty.
CREATE INDEX "device_session_id_idx" ON "device" ("session_id") WHERE "session_id" IS NOT NULL;
CREATE INDEX "device_signed_out_of_user_idx" ON "device" ("app_id", "signed_out_user_id") WHERE "signed_out_user_id" IS NOT NULL;
