-- Who may ask for tokens: an app's clients. `secret_hash` is SHA-256 of a 256-bit random secret; `jwks` are public keys.
CREATE TABLE "oauth_client" (
  "id"                        text        NOT NULL,
  "app_id"                    uuid        NOT NULL,
  "name"                      text        NOT NULL,
  "kind"                      text        NOT NULL,
  "secret_hash"               bytea,
  "jwks"                      jsonb,
  "redirect_uris"             text[]      NOT NULL,
  "post_logout_redirect_uris" text[]      NOT NULL,
  "scopes"                    text[]      NOT NULL,
  -- Audiences besides our own API: the app's own backends.
  "resources"                 text[]      NOT NULL,
  "dpop_required"             boolean     NOT NULL,
  "created_at"                timestamptz NOT NULL DEFAULT now(),
  "revoked_at"                timestamptz,
  CONSTRAINT "oauth_client_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "oauth_client_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id"),
  CONSTRAINT "oauth_client_kind_check" CHECK ("kind" IN ('native', 'web', 'service')),
  -- A phone cannot keep a secret; whoever can has a secret or keys.
  CONSTRAINT "oauth_client_secret_check" CHECK (("kind" = 'native') = ("secret_hash" IS NULL AND "jwks" IS NULL))
);
CREATE INDEX "oauth_client_app_id_id_idx" ON "oauth_client" ("app_id", "id");

-- What the protocol engine keeps: codes, refresh tokens, grants, browser sessions, interactions. `id` is SHA-256 of the value that
-- opens it, which is stored nowhere; a row is changed in place when it is consumed, so pages keep room for that.
CREATE TABLE "oidc_record" (
  "kind"        text        NOT NULL,
  "id"          bytea       NOT NULL,
  -- The session that it belongs to.
  "grant_id"    uuid,
  "payload"     jsonb       NOT NULL,
  "consumed_at" timestamptz,
  "expires_at"  timestamptz NOT NULL,
  CONSTRAINT "oidc_record_pkey" PRIMARY KEY ("kind", "id")
) WITH (fillfactor = 85);
CREATE INDEX "oidc_record_grant_id_idx" ON "oidc_record" ("grant_id") WHERE "grant_id" IS NOT NULL;
CREATE INDEX "oidc_record_session_uid_idx" ON "oidc_record" (("payload" ->> 'uid')) WHERE "kind" = 'Session';
CREATE INDEX "oidc_record_expires_at_idx" ON "oidc_record" ("expires_at");

-- The keys that sign tokens: one signs, the next is published already, those before it stay published for a while.
CREATE TABLE "oidc_signing_key" (
  "kid"           text        NOT NULL,
  "public_jwk"    jsonb       NOT NULL,
  "sealed"        bytea       NOT NULL,
  "state"         text        NOT NULL,
  "created_at"    timestamptz NOT NULL DEFAULT now(),
  "current_since" timestamptz,
  "retired_at"    timestamptz,
  CONSTRAINT "oidc_signing_key_pkey" PRIMARY KEY ("kid"),
  CONSTRAINT "oidc_signing_key_state_check" CHECK ("state" IN ('next', 'current', 'retired'))
);
CREATE UNIQUE INDEX "oidc_signing_key_state_key" ON "oidc_signing_key" ("state") WHERE "state" <> 'retired';

CREATE TABLE "auth_settings" (
  "app_id"     uuid        NOT NULL,
  "settings"   jsonb       NOT NULL,
  "version"    int         NOT NULL,
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "auth_settings_pkey" PRIMARY KEY ("app_id"),
  CONSTRAINT "auth_settings_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id")
);

-- `email_key` is the address as it is compared; two users of an app never share one.
CREATE TABLE "auth_user" (
  "id"                  uuid        NOT NULL,
  "app_id"              uuid        NOT NULL,
  "email"               text,
  "email_key"           text,
  "email_verified_at"   timestamptz,
  "name"                text,
  "locale"              text,
  "password_hash"       text,
  "password_changed_at" timestamptz,
  "status"              text        NOT NULL DEFAULT 'active',
  -- Browsers that signed in before this are signed in no longer.
  "signed_out_at"       timestamptz,
  "created_at"          timestamptz NOT NULL DEFAULT now(),
  "updated_at"          timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "auth_user_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "auth_user_app_id_fkey" FOREIGN KEY ("app_id") REFERENCES "app" ("id"),
  CONSTRAINT "auth_user_status_check" CHECK ("status" IN ('active', 'disabled', 'erasing')),
  CONSTRAINT "auth_user_email_check" CHECK (("email" IS NULL) = ("email_key" IS NULL))
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX "auth_user_app_id_email_key_key" ON "auth_user" ("app_id", "email_key");
CREATE INDEX "auth_user_app_id_id_idx" ON "auth_user" ("app_id", "id");

-- One device that is signed in, and with it one grant and one family of refresh tokens: its public id is the grant's, and the
-- `sid` of its access tokens. Not activated: nobody has fetched its first tokens yet.
CREATE TABLE "auth_session" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "user_id"         uuid        NOT NULL,
  "client_id"       text        NOT NULL,
  "device_id"       text,
  "device_name"     text,
  "jkt"             text,
  "user_agent"      text,
  "prefix"          text,
  "country"         text,
  -- What was unusual about the sign-in, if anything.
  "anomaly"         jsonb,
  "auth_time"       timestamptz NOT NULL,
  "acr"             text        NOT NULL,
  "amr"             text[]      NOT NULL,
  "created_at"      timestamptz NOT NULL DEFAULT now(),
  "activated_at"    timestamptz,
  "last_seen_at"    timestamptz NOT NULL DEFAULT now(),
  "expires_at"      timestamptz NOT NULL,
  -- A refresh token that was used before this may not be sent again, however soon.
  "grace_closed_at" timestamptz,
  "revoked_at"      timestamptz,
  "revoked_reason"  text,
  CONSTRAINT "auth_session_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "auth_session_revoked_check" CHECK (("revoked_at" IS NULL) = ("revoked_reason" IS NULL))
) WITH (fillfactor = 85);
CREATE INDEX "auth_session_user_id_id_idx" ON "auth_session" ("user_id", "id");
CREATE INDEX "auth_session_expires_at_idx" ON "auth_session" ("expires_at");

-- What every service must refuse although its signature is good. Lives a little longer than the tokens that it is about.
CREATE TABLE "revocation_event" (
  "seq"        bigserial   NOT NULL,
  "kind"       text        NOT NULL,
  "value"      text        NOT NULL,
  -- Tokens that were issued before this; null: all.
  "before"     timestamptz,
  "created_at" timestamptz NOT NULL DEFAULT clock_timestamp(),
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "revocation_event_pkey" PRIMARY KEY ("seq"),
  CONSTRAINT "revocation_event_kind_check" CHECK ("kind" IN ('sid', 'sub', 'client', 'key'))
);
CREATE INDEX "revocation_event_expires_at_idx" ON "revocation_event" ("expires_at");

-- What a visitor has proven so far in one interaction, before there is a session.
CREATE TABLE "sign_in_progress" (
  -- SHA-256 of the interaction's own id.
  "id"         bytea       NOT NULL,
  "app_id"     uuid        NOT NULL,
  "user_id"    uuid,
  "amr"        text[]      NOT NULL,
  "needs"      text,
  "data"       jsonb       NOT NULL,
  "expires_at" timestamptz NOT NULL,
  CONSTRAINT "sign_in_progress_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "sign_in_progress_expires_at_idx" ON "sign_in_progress" ("expires_at");
