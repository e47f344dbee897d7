-- `sending`: written before the call to the provider, where a message may be sent at most once. A process that dies in
-- the call leaves it behind, and whoever finds it does not send again.
ALTER TABLE "delivery" DROP CONSTRAINT "delivery_state_check";
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_state_check"
  CHECK ("state" IN ('sending', 'sent', 'retrying', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'));
-- The dead letter that this delivery is the replay of.
ALTER TABLE "delivery" ADD COLUMN "replay_of" uuid;

-- A dead delivery and what an operator did about it. `delivery.state` is the truth; this is the list of it, since no index
-- of the delivery table may mention the state.
CREATE TABLE "dead_letter" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "credential_id"   uuid,
  "notification_id" uuid        NOT NULL,
  "device_id"       uuid        NOT NULL,
  "root_id"         uuid        NOT NULL,
  "provider"        text        NOT NULL,
  "queue"           text        NOT NULL,
  "lane"            text        NOT NULL,
  "reason"          text        NOT NULL,
  "attempt"         integer     NOT NULL,
  "died_at"         timestamptz NOT NULL DEFAULT now(),
  "resolution"      text,
  "resolved_at"     timestamptz,
  "replay_id"       uuid,
  "note"            text,
  CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "dead_letter_resolution_check" CHECK (
    ("resolution" IS NULL AND "resolved_at" IS NULL AND "replay_id" IS NULL AND "note" IS NULL)
    OR ("resolution" = 'replayed' AND "resolved_at" IS NOT NULL AND "replay_id" IS NOT NULL)
    OR ("resolution" = 'discarded' AND "resolved_at" IS NOT NULL AND "note" IS NOT NULL))
);
-- Groups, and the letters of a group in the order of their ids.
CREATE INDEX "dead_letter_open_group_idx" ON "dead_letter" ("queue", "reason", "app_id", "id") WHERE "resolution" IS NULL;
-- Lists of one app in the order of ids.
CREATE INDEX "dead_letter_app_id_id_idx" ON "dead_letter" ("app_id", "id");

-- A caller's label with rules of its own.
CREATE TABLE "category" (
  "app_id"     uuid        NOT NULL,
  "name"       text        NOT NULL,
  "guarantee"  text        NOT NULL,
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "category_pkey" PRIMARY KEY ("app_id", "name"),
  CONSTRAINT "category_guarantee_check" CHECK ("guarantee" IN ('at-least-once', 'at-most-once'))
);

-- When a device got its status and who said so: `provider` can be wrong by the thousand, and only that is undone in bulk.
ALTER TABLE "device" ADD COLUMN "status_at" timestamptz NOT NULL DEFAULT now();
ALTER TABLE "device" ADD COLUMN "status_by" text;
ALTER TABLE "device" ADD COLUMN "status_credential_id" uuid;
-- When a suspect device was last tried to see whether it is alive after all.
ALTER TABLE "device" ADD COLUMN "proved_at" timestamptz;
ALTER TABLE "device" ADD CONSTRAINT "device_status_by_check" CHECK ("status_by" IN ('provider', 'guard', 'caller', 'moved'));
-- Who ended the devices that have ended before anybody noted it: only their reasons tell.
UPDATE "device" SET "status_by" = CASE "status_reason" WHEN 'requested' THEN 'caller' WHEN 'target_moved' THEN 'moved' ELSE 'provider' END
  WHERE "status" <> 'active';
-- What a provider ended, by time: the list that an undo works through.
CREATE INDEX "device_ended_by_provider_idx" ON "device" ("app_id", "status_at", "id") WHERE "status_by" IN ('provider', 'guard');
-- A user's suspect devices, which routing looks for, and those deleted, which are listed.
CREATE INDEX "device_ended_of_user_idx" ON "device" ("app_id", "user_id", "id") WHERE "status" <> 'active';
-- What the guard of a credential holds.
CREATE INDEX "device_held_idx" ON "device" ("status_credential_id", "id") WHERE "status_by" = 'guard';

-- How many devices a credential's answers may delete: a bucket that sent messages fill and deletions empty.
CREATE TABLE "deletion_guard" (
  "credential_id" uuid             NOT NULL,
  "app_id"        uuid             NOT NULL,
  "provider"      text             NOT NULL,
  "allowance"     double precision NOT NULL,
  "tripped_at"    timestamptz,
  "open_until"    timestamptz,
  CONSTRAINT "deletion_guard_pkey" PRIMARY KEY ("credential_id")
);
-- Seven days of what a credential sent and of the devices deleted meanwhile, by the hour: the rate that is usual for it.
-- What a guard held, or was told to let pass, is not in it: the next storm is not to be measured by the last.
CREATE TABLE "deletion_guard_hour" (
  "credential_id" uuid        NOT NULL,
  "hour"          timestamptz NOT NULL,
  "sent"          bigint      NOT NULL,
  "gone"          bigint      NOT NULL,
  CONSTRAINT "deletion_guard_hour_pkey" PRIMARY KEY ("credential_id", "hour")
);

-- A hold that comes again grows, and the board of operators shows since when it has been there.
ALTER TABLE "hold" ADD COLUMN "since" timestamptz NOT NULL DEFAULT now();
ALTER TABLE "hold" ADD COLUMN "times" integer NOT NULL DEFAULT 1;
ALTER TABLE "hold" ADD COLUMN "scope" text NOT NULL DEFAULT 'credential';
ALTER TABLE "hold" ADD CONSTRAINT "hold_scope_check" CHECK ("scope" IN ('credential', 'project'));
