-- With whom else the users of an app sign in. `metadata` is what the provider's endpoints and issuer were when it was set up: it is
-- never fetched again, so a provider that says something else tomorrow changes nothing here.
CREATE TABLE "sign_in_provider" (
  "app_id"     uuid        NOT NULL,
  "name"       text        NOT NULL,
  "kind"       text        NOT NULL,
  "version"    int         NOT NULL,
  "sealed"     bytea       NOT NULL,
  "metadata"   jsonb       NOT NULL,
  -- When its metadata and keys were last compared with what it says.
  "checked_at" timestamptz NOT NULL DEFAULT now(),
  "created_at" timestamptz NOT NULL DEFAULT now(),
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "sign_in_provider_pkey" PRIMARY KEY ("app_id", "name"),
  CONSTRAINT "sign_in_provider_kind_check" CHECK ("kind" IN ('google', 'apple', 'oidc'))
);
CREATE INDEX "sign_in_provider_checked_at_idx" ON "sign_in_provider" ("checked_at");

-- Somebody at a provider, and which user that is here. The key is issuer and subject, never a mail address. `client_id`: to whom of us
-- the provider said so; it takes its own tokens back from that client alone.
CREATE TABLE "identity" (
  "id"               uuid        NOT NULL,
  "app_id"           uuid        NOT NULL,
  "user_id"          uuid        NOT NULL,
  "provider"         text        NOT NULL,
  "issuer"           text        NOT NULL,
  "subject"          text        NOT NULL,
  "client_id"        text        NOT NULL,
  "email"            text,
  "email_verified"   boolean     NOT NULL,
  "is_private_email" boolean     NOT NULL,
  "refresh_token"    bytea,
  "linked_at"        timestamptz NOT NULL DEFAULT now(),
  "last_used_at"     timestamptz NOT NULL DEFAULT now(),
  -- The account there is closed for the time being: it opens nothing here.
  "suspended_at"     timestamptz,
  -- The user took its consent back over there: not a way in, until the same person proves it anew.
  "withdrawn_at"     timestamptz,
  CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "identity_app_id_issuer_subject_key" ON "identity" ("app_id", "issuer", "subject");
CREATE INDEX "identity_user_id_idx" ON "identity" ("user_id");

-- One way to a provider and back, by a browser: the row of a `state`, whose hash is `id`. `browser` is the hash of a cookie. `sealed` is
-- the interaction and what the code is exchanged with, `outcome` whom the provider named.
CREATE TABLE "social_state" (
  "id"          bytea       NOT NULL,
  "app_id"      uuid        NOT NULL,
  "provider"    text        NOT NULL,
  "browser"     bytea       NOT NULL,
  "sealed"      bytea       NOT NULL,
  "answered_at" timestamptz,
  "outcome"     bytea,
  "finished_at" timestamptz,
  "expires_at"  timestamptz NOT NULL,
  CONSTRAINT "social_state_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "social_state_browser_idx" ON "social_state" ("browser");
CREATE INDEX "social_state_expires_at_idx" ON "social_state" ("expires_at");

-- A nonce that a phone puts into what it asks of Google's or Apple's SDK. `proof` and `outcome`: what was proven with it already, where
-- the user still has to say whether it has an account.
CREATE TABLE "native_nonce" (
  "id"         bytea       NOT NULL,
  "app_id"     uuid        NOT NULL,
  "provider"   text        NOT NULL,
  "used_at"    timestamptz,
  "proof"      bytea,
  "outcome"    bytea,
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "native_nonce_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "native_nonce_expires_at_idx" ON "native_nonce" ("expires_at");

-- An identity that waits for its user to sign in some other way, in the interaction whose hash is `id`. Without `outcome` the provider
-- could not say who it is, and there is only the wish.
CREATE TABLE "pending_link" (
  "id"         bytea       NOT NULL,
  "app_id"     uuid        NOT NULL,
  "provider"   text        NOT NULL,
  "outcome"    bytea,
  "user_id"    uuid,
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "pending_link_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "pending_link_user_id_idx" ON "pending_link" ("user_id") WHERE "user_id" IS NOT NULL;
CREATE INDEX "pending_link_expires_at_idx" ON "pending_link" ("expires_at");

-- What a provider told about somebody's account, each once.
CREATE TABLE "provider_notice" (
  "app_id"  uuid        NOT NULL,
  "issuer"  text        NOT NULL,
  "jti"     text        NOT NULL,
  "seen_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "provider_notice_pkey" PRIMARY KEY ("app_id", "issuer", "jti")
);
CREATE INDEX "provider_notice_seen_at_idx" ON "provider_notice" ("seen_at");
