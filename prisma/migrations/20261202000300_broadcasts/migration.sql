-- Which phones want to hear of what. Goes with the phone; no foreign key, or every subscription would write to its device's row.
CREATE TABLE "topic_subscription" (
  "app_id"    uuid        NOT NULL,
  "topic"     text        NOT NULL,
  "device_id" uuid        NOT NULL,
  "at"        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "topic_subscription_pkey" PRIMARY KEY ("app_id", "topic", "device_id")
);
CREATE INDEX "topic_subscription_device_id_idx" ON "topic_subscription" ("device_id");

-- Whom an app means by a name.
CREATE TABLE "segment" (
  "app_id"     uuid        NOT NULL,
  "name"       text        NOT NULL,
  "version"    integer     NOT NULL DEFAULT 1,
  "filter"     jsonb       NOT NULL,
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "segment_pkey" PRIMARY KEY ("app_id", "name")
);

-- The order in which a broadcast goes through an app's phones.
CREATE INDEX "device_active_idx" ON "device" ("app_id", "id") WHERE status = 'active';
CREATE INDEX "push_user_attributes_idx" ON "push_user" USING gin ("attributes" jsonb_path_ops);

-- One notification to many, how far it is and how fast it may be. Its id is that of its notification.
CREATE TABLE "broadcast" (
  "id"           uuid        NOT NULL,
  "app_id"       uuid        NOT NULL,
  "state"        text        NOT NULL,
  "audience"     jsonb       NOT NULL,
  "pacing"       jsonb       NOT NULL,
  "starts_at"    timestamptz NOT NULL DEFAULT now(),
  -- Phones up to this one are done; of those registered after "last_id" none is meant.
  "cursor"       uuid,
  "last_id"      uuid,
  "total"        bigint,
  "taken"        bigint      NOT NULL DEFAULT 0,
  "counted"      jsonb       NOT NULL DEFAULT '{}',
  -- The last work row of each time to which phones are put off: later ones are added to it.
  "delays"       jsonb       NOT NULL DEFAULT '{}',
  -- Since when it goes without a break, how many were done before, and from when the next may be done.
  "paced_from"   timestamptz,
  "paced_taken"  bigint      NOT NULL DEFAULT 0,
  "paced_until"  timestamptz,
  "waits_until"  timestamptz,
  "waits_for"    text,
  "started_at"   timestamptz,
  "handed_at"    timestamptz,
  "ended_at"     timestamptz,
  CONSTRAINT "broadcast_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "broadcast_state_check"
    CHECK ("state" IN ('scheduled', 'running', 'paused', 'draining', 'completed', 'cancelled'))
) WITH (fillfactor = 50);
CREATE INDEX "broadcast_app_id_id_idx" ON "broadcast" ("app_id", "id");

-- How many deliveries of a notification ended in what, by day. A row for each process that counts, so that none waits for another.
CREATE TABLE "notification_tally" (
  "notification_id" uuid     NOT NULL,
  "day"             date     NOT NULL,
  "outcome"         text     NOT NULL,
  "shard"           smallint NOT NULL,
  "n"               bigint   NOT NULL,
  CONSTRAINT "notification_tally_pkey" PRIMARY KEY ("notification_id", "day", "outcome", "shard")
) WITH (fillfactor = 50);
