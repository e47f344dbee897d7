-- The devices that a user has signed in with. `device` is SHA-256 of the user and the value that the device keeps. Not trusted
-- yet: it came with an anomaly that the user was told of.
CREATE TABLE "known_device" (
  "user_id"       uuid        NOT NULL,
  "device"        bytea       NOT NULL,
  "app_id"        uuid        NOT NULL,
  "first_seen_at" timestamptz NOT NULL DEFAULT now(),
  "last_seen_at"  timestamptz NOT NULL DEFAULT now(),
  "trusted_at"    timestamptz,
  CONSTRAINT "known_device_pkey" PRIMARY KEY ("user_id", "device")
) WITH (fillfactor = 90);

-- The countries that a user has signed in from.
CREATE TABLE "known_country" (
  "user_id"       uuid        NOT NULL,
  "country"       text        NOT NULL,
  "app_id"        uuid        NOT NULL,
  "first_seen_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "known_country_pkey" PRIMARY KEY ("user_id", "country")
);

-- Which accounts were signed in to from a network with a device that was new to them, lately.
CREATE TABLE "sign_in_prefix" (
  "app_id"  uuid        NOT NULL,
  "prefix"  text        NOT NULL,
  "user_id" uuid        NOT NULL,
  "at"      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "sign_in_prefix_pkey" PRIMARY KEY ("app_id", "prefix", "user_id")
);
CREATE INDEX "sign_in_prefix_at_idx" ON "sign_in_prefix" ("at");

-- From which networks a session was refreshed in the last hour; changed in place at each refresh, so pages keep room for that.
CREATE TABLE "session_trail" (
  "session_id" uuid  NOT NULL,
  "device"     bytea,
  "sightings"  jsonb NOT NULL,
  "told_at"    timestamptz,
  CONSTRAINT "session_trail_pkey" PRIMARY KEY ("session_id")
) WITH (fillfactor = 70);

-- What a user was told of and may answer once. `token_hash` is SHA-256 of a 256-bit random token that only the user's phones get.
CREATE TABLE "sign_in_alert" (
  "id"           uuid        NOT NULL,
  "app_id"       uuid        NOT NULL,
  "user_id"      uuid        NOT NULL,
  "session_id"   uuid,
  "device"       bytea,
  "country"      text,
  "codes"        text[]      NOT NULL,
  "token_hash"   bytea       NOT NULL,
  "created_at"   timestamptz NOT NULL DEFAULT now(),
  "expires_at"   timestamptz NOT NULL,
  "it_was_me_at" timestamptz,
  "not_me_at"    timestamptz,
  CONSTRAINT "sign_in_alert_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "sign_in_alert_user_id_created_at_idx" ON "sign_in_alert" ("user_id", "created_at");
CREATE INDEX "sign_in_alert_expires_at_idx" ON "sign_in_alert" ("expires_at");

-- Whose password is not taken until it was changed after this.
CREATE TABLE "password_reset_due" (
  "user_id" uuid        NOT NULL,
  "app_id"  uuid        NOT NULL,
  "since"   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "password_reset_due_pkey" PRIMARY KEY ("user_id")
);
