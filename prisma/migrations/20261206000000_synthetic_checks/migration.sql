-- What came of trying each credential with its provider, again and again, whether or not anybody is sent something.
-- `results` has the last ones only, the newest first: a row is as long after a year as after a day.
CREATE TABLE "synthetic_check" (
  "credential_id" uuid        NOT NULL,
  "app_id"        uuid        NOT NULL,
  "provider"      text        NOT NULL,
  -- The phone or browser that an operator named: it gets a message that shows nothing.
  "device_id"     uuid,
  "due_at"        timestamptz NOT NULL DEFAULT now(),
  -- One process at a time tries it, until then.
  "lease_until"   timestamptz,
  "verdict"       text,
  -- Since when it is that, without a break.
  "since"         timestamptz,
  "checked_at"    timestamptz,
  "well_at"       timestamptz,
  "results"       jsonb       NOT NULL DEFAULT '[]',
  CONSTRAINT "synthetic_check_pkey" PRIMARY KEY ("credential_id")
);
