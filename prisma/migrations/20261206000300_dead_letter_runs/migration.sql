-- What becomes of all open letters of a selection, slice by slice: a slice, and how far the run is, are one commit under the lock of this
-- row, so that who dies in it leaves both undone, and whoever stops it knows that no letter follows.
CREATE TABLE "dead_letter_run" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "action"     text        NOT NULL,
  "provider"   text,
  "lane"       text,
  "reason"     text,
  "per_second" integer,
  "note"       text,
  "started_by" text        NOT NULL,
  "state"      text        NOT NULL DEFAULT 'running',
  -- How many were open when it began. It is about letters that died until "started_at", and no later ones.
  "letters"    integer     NOT NULL,
  "done"       integer     NOT NULL DEFAULT 0,
  -- The last letter that this pass over them has come to; null: a pass begins.
  "cursor"     uuid,
  "next_at"    timestamptz NOT NULL DEFAULT now(),
  "started_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at"   timestamptz,
  CONSTRAINT "dead_letter_run_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "dead_letter_run_action_check" CHECK (
    ("action" = 'replay' AND "per_second" BETWEEN 1 AND 1000 AND "note" IS NULL)
    OR ("action" = 'discard' AND "per_second" IS NULL AND "note" IS NOT NULL)),
  CONSTRAINT "dead_letter_run_state_check" CHECK (
    ("state" = 'running' AND "ended_at" IS NULL) OR ("state" IN ('stopped', 'done') AND "ended_at" IS NOT NULL))
) WITH (fillfactor = 50);
-- The same of the same letters is under way once: two runs of them would send at twice the pace. Also: which are under way.
CREATE UNIQUE INDEX "dead_letter_run_running_idx" ON "dead_letter_run" ("app_id", "action", "provider", "lane", "reason")
  NULLS NOT DISTINCT WHERE "state" = 'running';
CREATE INDEX "dead_letter_run_app_id_id_idx" ON "dead_letter_run" ("app_id", "id");
