-- What was sent to somebody's mailbox and proves, once, that they read it. `hash` is SHA-256 of 256 random bits, which are
-- stored nowhere but in the sealed mail; of a code to type in, which has fewer, a MAC with a key that is not in the database. `email_key`: the address that it proves; `email`: written out where it is to replace another.
CREATE TABLE "one_time_token" (
  "hash"       bytea       NOT NULL,
  "app_id"     uuid        NOT NULL,
  "user_id"    uuid        NOT NULL,
  "purpose"    text        NOT NULL,
  "email_key"  text        NOT NULL,
  "email"      text,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "expires_at" timestamptz NOT NULL,
  "used_at"    timestamptz,
  CONSTRAINT "one_time_token_pkey" PRIMARY KEY ("hash"),
  CONSTRAINT "one_time_token_purpose_check" CHECK ("purpose" IN ('verify_email', 'change_email', 'recover', 'sign_in'))
);
CREATE INDEX "one_time_token_user_id_idx" ON "one_time_token" ("user_id");
CREATE INDEX "one_time_token_expires_at_idx" ON "one_time_token" ("expires_at");

-- A mail that is to be sent: receiver and parameters are sealed, since they hold an address and often a token. Gone once sent.
CREATE TABLE "auth_mail" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "user_id"    uuid,
  "template"   text        NOT NULL,
  "sealed"     bytea       NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  -- Later than this it would be of no use to its reader.
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "auth_mail_pkey" PRIMARY KEY ("id")
);

-- How often something was tried, as the times at which nothing will be owed any more: the one forgives quickly, the other
-- slowly. `key` is a hash of what is counted. A row whose times have passed says nothing.
CREATE TABLE "attempt_bucket" (
  "key"           bytea       NOT NULL,
  "quick_full_at" timestamptz NOT NULL,
  "slow_full_at"  timestamptz NOT NULL,
  CONSTRAINT "attempt_bucket_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "attempt_bucket_slow_full_at_idx" ON "attempt_bucket" ("slow_full_at");

-- Work of the auth service, as in push_work.
CREATE TABLE "auth_work" (
  "id"            uuid        NOT NULL,
  "root_id"       uuid        NOT NULL,
  "queue"         text        NOT NULL,
  "lane"          text        NOT NULL,
  "app_id"        uuid,
  "credential_id" uuid,
  "items"         jsonb       NOT NULL,
  "next_offer_at" timestamptz NOT NULL,
  "offer"         integer     NOT NULL DEFAULT 0,
  "lease_until"   timestamptz,
  "lease_token"   uuid,
  "claims"        integer     NOT NULL DEFAULT 0,
  "due_at"        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "auth_work_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "auth_work_next_offer_at_idx" ON "auth_work" ("next_offer_at");
