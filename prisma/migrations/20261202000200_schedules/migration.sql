-- A notification that is sent again and again. It is kept as notifications are: whom it is for and how in the open, what it says sealed.
CREATE TABLE "schedule" (
  "id"            uuid        NOT NULL,
  "app_id"        uuid        NOT NULL,
  "name"          text        NOT NULL,
  "cron"          text        NOT NULL,
  "time_zone"     text        NOT NULL,
  "start_at"      timestamptz,
  "end_at"        timestamptz,
  "to"            jsonb       NOT NULL,
  -- The users that `to` names, or installation:<id>.
  "recipients"    text[]      NOT NULL,
  "options"       jsonb       NOT NULL,
  -- The template that its words are made of, if they are, in one version.
  "template"      jsonb,
  "content"       bytea       NOT NULL,
  "dek_id"        uuid        NOT NULL,
  "state"         text        NOT NULL,
  -- The occurrence that is due next; none while it is paused, or when it has ended.
  "next_at"       timestamptz,
  -- The occurrence that was sent last.
  "last_fired_at" timestamptz,
  "updated_at"    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "schedule_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "schedule_state_check" CHECK ("state" IN ('active', 'paused', 'ended')),
  CONSTRAINT "schedule_next_at_check" CHECK (("state" = 'active') = ("next_at" IS NOT NULL))
);
CREATE UNIQUE INDEX "schedule_app_id_name_key" ON "schedule" ("app_id", "name");
CREATE INDEX "schedule_app_id_id_idx" ON "schedule" ("app_id", "id");
CREATE INDEX "schedule_due_idx" ON "schedule" ("next_at") WHERE "state" = 'active';
CREATE INDEX "schedule_recipients_idx" ON "schedule" USING gin ("recipients");
