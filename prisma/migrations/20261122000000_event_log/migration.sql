-- The event log. Partitioned by its UUIDv7 id, so that the primary key is unique over all partitions and a range of
-- ids prunes to the days it covers. Insert-only.
CREATE TABLE "event_log" (
  "id"      uuid        NOT NULL,
  "app_id"  uuid        NOT NULL,
  "type"    text        NOT NULL,
  "subject" text        NOT NULL,
  "seq"     bigint,
  "payload" jsonb       NOT NULL,
  "content" bytea,
  "dek_id"  uuid,
  "xid"     xid8        NOT NULL DEFAULT pg_current_xact_id(),
  "at"      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "event_log_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- The feed reads in commit order below the horizon; explain and timelines read one subject.
CREATE INDEX "event_log_xid_id_idx" ON "event_log" ("xid", "id");
CREATE INDEX "event_log_subject_id_idx" ON "event_log" ("subject", "id");

-- Catches rows whose day has no partition yet. Anything in here is an alarm, not a place to live.
CREATE TABLE "event_log_default" PARTITION OF "event_log" DEFAULT;

-- Cursors of the feed carry this generation: a dump and restore resets transaction ids, and a new generation makes
-- every old cursor invalid instead of silently wrong.
CREATE TABLE "feed_generation" (
  "singleton"  boolean NOT NULL DEFAULT true,
  "generation" uuid    NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT "feed_generation_pkey" PRIMARY KEY ("singleton"),
  CONSTRAINT "feed_generation_singleton_check" CHECK ("singleton")
);
INSERT INTO "feed_generation" DEFAULT VALUES;

CREATE TABLE "consumer" (
  "name"       text NOT NULL,
  "cursor_xid" xid8 NOT NULL,
  "cursor_id"  uuid NOT NULL,
  "generation" uuid NOT NULL,
  CONSTRAINT "consumer_pkey" PRIMARY KEY ("name")
);
