-- Numbers of a sequence become visible in any order, so nobody can read on from the last one he saw. The transaction that wrote a
-- row can be compared with those that still run: readers go on from the oldest of these. The second index is for a single look
-- when a reader has lost touch.
ALTER TABLE "revocation_event" ADD COLUMN "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX "revocation_event_xid_idx" ON "revocation_event" ("xid");
CREATE INDEX "revocation_event_kind_value_idx" ON "revocation_event" ("kind", "value");

-- Issuers of others whose tokens an app takes for those of its users. A token names its issuer and its audience and not our app, so
-- these two lead to one app.
CREATE TABLE "token_issuer" (
  "id"             uuid        NOT NULL,
  "app_id"         uuid        NOT NULL,
  "issuer"         text        NOT NULL,
  "audience"       text        NOT NULL,
  -- Where the audience stands in a token; Cognito's access tokens have it in client_id.
  "audience_claim" text        NOT NULL,
  "jwks_uri"       text        NOT NULL,
  "algorithms"     text[]      NOT NULL,
  "user_claim"     text        NOT NULL,
  -- What its users may do here, whatever their tokens say.
  "scopes"         text[]      NOT NULL,
  "created_at"     timestamptz NOT NULL DEFAULT now(),
  "updated_at"     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "token_issuer_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "token_issuer_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id"),
  CONSTRAINT "token_issuer_audience_claim_check" CHECK ("audience_claim" IN ('aud', 'client_id', 'azp'))
);
CREATE UNIQUE INDEX "token_issuer_issuer_audience_key" ON "token_issuer" ("issuer", "audience");
CREATE INDEX "token_issuer_app_id_id_idx" ON "token_issuer" ("app_id", "id");

-- A user reads their own payments.
CREATE INDEX "payment_app_id_user_id_id_idx" ON "payment" ("app_id", "user_id", "id") WHERE "user_id" IS NOT NULL;
