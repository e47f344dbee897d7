-- The token in use of every APNs key, sealed, shared by all processes: Apple takes one new token per key in 20 minutes.
-- `id` is a hash of team, key id and public key; `signed_at` is by this database's clock.
CREATE TABLE "apns_provider_token" (
  "id"        uuid        NOT NULL,
  "team_id"   text        NOT NULL,
  "key_id"    text        NOT NULL,
  "sealed"    bytea       NOT NULL,
  "signed_at" timestamptz NOT NULL,
  CONSTRAINT "apns_provider_token_pkey" PRIMARY KEY ("id")
);
