-- A generator of one-time codes. Until it is confirmed nobody has shown that its seed arrived, and it counts for nothing.
-- `last_step`: the 30 seconds whose code was used last, counted from 1970; a code of that step or one before it is worthless.
CREATE TABLE "totp_factor" (
  "id"           uuid        NOT NULL,
  "app_id"       uuid        NOT NULL,
  "user_id"      uuid        NOT NULL,
  "name"         text        NOT NULL,
  "sealed"       bytea       NOT NULL,
  "last_step"    bigint      NOT NULL DEFAULT 0,
  "created_at"   timestamptz NOT NULL DEFAULT now(),
  "confirmed_at" timestamptz,
  "last_used_at" timestamptz,
  CONSTRAINT "totp_factor_pkey" PRIMARY KEY ("id")
);
-- One that counts and one that waits for its first code: a new phone is set up while the old one still works.
CREATE UNIQUE INDEX "totp_factor_confirmed_key" ON "totp_factor" ("user_id") WHERE "confirmed_at" IS NOT NULL;
CREATE UNIQUE INDEX "totp_factor_pending_key" ON "totp_factor" ("user_id") WHERE "confirmed_at" IS NULL;

-- `synced`: its private key is kept in a cloud, and may be on several devices. `sign_count` stays 0 for those.
CREATE TABLE "passkey" (
  "id"            uuid        NOT NULL,
  "app_id"        uuid        NOT NULL,
  "user_id"       uuid        NOT NULL,
  "credential_id" bytea       NOT NULL,
  "public_key"    bytea       NOT NULL,
  "sign_count"    bigint      NOT NULL,
  "transports"    text[]      NOT NULL,
  "aaguid"        uuid        NOT NULL,
  "synced"        boolean     NOT NULL,
  "name"          text        NOT NULL,
  "created_at"    timestamptz NOT NULL DEFAULT now(),
  "last_used_at"  timestamptz,
  CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);
-- Over all apps: they share one relying party, and there a credential is one user's.
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey" ("credential_id");
CREATE INDEX "passkey_user_id_id_idx" ON "passkey" ("user_id", "id");

-- What an authenticator has to sign, once. `binding`: who was asked, so that nobody else's answer counts.
CREATE TABLE "passkey_challenge" (
  "purpose"    text        NOT NULL,
  "binding"    text        NOT NULL,
  "challenge"  text        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "user_id"    uuid,
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "passkey_challenge_pkey" PRIMARY KEY ("purpose", "binding"),
  CONSTRAINT "passkey_challenge_purpose_check" CHECK ("purpose" IN ('registration', 'sign_in'))
);
CREATE INDEX "passkey_challenge_expires_at_idx" ON "passkey_challenge" ("expires_at");

-- `hash` is SHA-256 over the user and 120 random bits: enough of them that a slow hash would add nothing.
CREATE TABLE "recovery_code" (
  "user_id"    uuid        NOT NULL,
  "hash"       bytea       NOT NULL,
  "app_id"     uuid        NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "used_at"    timestamptz,
  CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("user_id", "hash")
);
