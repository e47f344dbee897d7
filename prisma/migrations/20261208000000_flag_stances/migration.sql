-- What the flags of a process turn off, written when that changes and again every ten seconds for as long as it is so. In force until `until`: who died
-- says nothing any more. `apps`: by the app's id, {"on": ..., "reason": ...}; an app that is named goes by that alone.
CREATE TABLE "flag_stance" (
  "process" text        NOT NULL,
  "flag"    text        NOT NULL,
  "source"  text        NOT NULL,
  "is_on"   boolean     NOT NULL,
  "reason"  text,
  "apps"    jsonb       NOT NULL,
  "since"   timestamptz NOT NULL DEFAULT now(),
  "until"   timestamptz NOT NULL,
  CONSTRAINT "flag_stance_pkey" PRIMARY KEY ("process", "flag", "source"),
  CONSTRAINT "flag_stance_source_check" CHECK ("source" IN ('environment', 'file'))
);
