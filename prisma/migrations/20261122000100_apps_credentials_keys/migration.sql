CREATE TABLE "app" (
  "id"         uuid        NOT NULL,
  "name"       text        NOT NULL,
  "mode"       text        NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "app_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "app_mode_check" CHECK ("mode" IN ('live', 'test'))
);

-- One provider credential per app; `sealed` is an AES-256-GCM envelope, `summary` what may be shown (never a secret).
CREATE TABLE "credential" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "provider"   text        NOT NULL,
  "version"    integer     NOT NULL,
  "sealed"     bytea       NOT NULL,
  "summary"    jsonb       NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "credential_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "credential_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id")
);
CREATE UNIQUE INDEX "credential_app_id_provider_key" ON "credential" ("app_id", "provider");

-- Keys are stored as SHA-256 of a 256-bit random secret; `hint` is its visible beginning.
CREATE TABLE "api_key" (
  "id"                uuid        NOT NULL,
  "app_id"            uuid        NOT NULL,
  "kind"              text        NOT NULL,
  "name"              text        NOT NULL,
  "hint"              text        NOT NULL,
  "hash"              bytea       NOT NULL,
  "scopes"            text[]      NOT NULL,
  "user_token_secret" bytea,
  "created_at"        timestamptz NOT NULL DEFAULT now(),
  "revoked_at"        timestamptz,
  CONSTRAINT "api_key_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "api_key_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id"),
  CONSTRAINT "api_key_kind_check" CHECK ("kind" IN ('secret', 'publishable'))
);
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key" ("hash");
CREATE INDEX "api_key_app_id_idx" ON "api_key" ("app_id");

-- Data keys that encrypt personal content in the event log. At most one per app is in use; older ones stay readable.
CREATE TABLE "data_key" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "sealed"     bytea       NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "retired_at" timestamptz,
  CONSTRAINT "data_key_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "data_key_in_use_key" ON "data_key" ("app_id") WHERE "retired_at" IS NULL;
