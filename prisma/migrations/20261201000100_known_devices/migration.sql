-- What the app calls its installation, which nothing proves. `device_id` is from now on what is proven: the signed name that a
-- browser keeps, or `dpop:` and the thumbprint of a key. Sessions from before have either in `device_id`.
ALTER TABLE "auth_session" ADD COLUMN "installation" text;

-- Who asked for a change of address. A link of a new kind puts the old one back.
ALTER TABLE "one_time_token" ADD COLUMN "session_id" uuid;
ALTER TABLE "one_time_token" DROP CONSTRAINT "one_time_token_purpose_check";
ALTER TABLE "one_time_token" ADD CONSTRAINT "one_time_token_purpose_check"
  CHECK ("purpose" IN ('verify_email', 'change_email', 'undo_email', 'recover', 'sign_in'));

-- Addresses that were replaced by another in the last days, and in which session; `verified_at`: when the old one had been proven,
-- if it was. What was no address at all is kept as well, so that all changes of an account are there.
CREATE TABLE "past_email" (
  "id"          uuid        NOT NULL,
  "app_id"      uuid        NOT NULL,
  "user_id"     uuid        NOT NULL,
  "session_id"  uuid,
  "email"       text,
  "email_key"   text,
  "verified_at" timestamptz,
  "replaced_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "past_email_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "past_email_user_id_idx" ON "past_email" ("user_id");
CREATE INDEX "past_email_replaced_at_idx" ON "past_email" ("replaced_at");
