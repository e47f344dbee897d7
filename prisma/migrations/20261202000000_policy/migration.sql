-- What an app's users are spared. One document with versions; rows are only ever added, the greatest version is in force.
CREATE TABLE "push_policy" (
  "app_id"   uuid        NOT NULL,
  "version"  integer     NOT NULL,
  "document" jsonb       NOT NULL,
  "at"       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "push_policy_pkey" PRIMARY KEY ("app_id", "version"),
  CONSTRAINT "push_policy_version_check" CHECK ("version" > 0)
);

-- Categories become a part of the document.
INSERT INTO "push_policy" ("app_id", "version", "document", "at")
SELECT "app_id", 1,
  jsonb_build_object(
    'defaults', jsonb_build_object('consent', 'in', 'timeZone', 'UTC', 'quietHours', NULL, 'caps', '[]'::jsonb, 'silentPerHour', 3),
    'categories', jsonb_object_agg("name", jsonb_build_object('guarantee', "guarantee", 'mandatory', false))),
  max("updated_at")
FROM "category" GROUP BY "app_id";
DROP TABLE "category";

-- What a user said about notifications, and what the app knows of the user.
CREATE TABLE "push_user" (
  "app_id"      uuid        NOT NULL,
  "user_id"     text        NOT NULL,
  "choices"     jsonb       NOT NULL DEFAULT '{}',
  "quiet_hours" jsonb,
  "time_zone"   text,
  "locale"      text,
  "attributes"  jsonb       NOT NULL DEFAULT '{}',
  "updated_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "push_user_pkey" PRIMARY KEY ("app_id", "user_id")
);

-- Which notifications a user or a phone got lately, in one category or (*) in all. Written at each of them: room for updates in place.
CREATE TABLE "frequency_meter" (
  "app_id"   uuid        NOT NULL,
  "subject"  text        NOT NULL,
  "category" text        NOT NULL,
  "uses"     jsonb       NOT NULL DEFAULT '[]',
  -- When the last of them counts no more.
  "idle_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "frequency_meter_pkey" PRIMARY KEY ("app_id", "subject", "category")
) WITH (fillfactor = 70);
