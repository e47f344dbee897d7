-- What an app may ask for, where an operator said so (docs/limits.md). Every process keeps all rows in memory: they are few, and the sum of
-- their versions tells that one of them has changed. So a row stays when its limits are taken away.
CREATE TABLE "app_limit" (
  "app_id"  uuid    NOT NULL,
  "limits"  jsonb   NOT NULL,
  "version" integer NOT NULL DEFAULT 1,
  CONSTRAINT "app_limit_pkey" PRIMARY KEY ("app_id")
);

-- How much of its quotas an app has taken, in lots: never less than was accepted, and what a process did not use it gives back. One row,
-- so that a lot is one statement: `taken` is of the month, `taken_today` of `day`, `granted` what the last one was given.
CREATE TABLE "notification_usage" (
  "app_id"      uuid   NOT NULL,
  "month"       date   NOT NULL,
  "taken"       bigint NOT NULL,
  "day"         date   NOT NULL,
  "taken_today" bigint NOT NULL,
  "granted"     bigint NOT NULL,
  CONSTRAINT "notification_usage_pkey" PRIMARY KEY ("app_id", "month")
);
