-- What a process of push did, in rows of ten seconds or so: for the console's charts, where no Prometheus is. A process that does nothing
-- writes nothing. `provider` '*': what was accepted. `latency`: attempts by their duration, as `provider_request_seconds` has its buckets.
CREATE TABLE "push_figure" (
  "at"       timestamptz NOT NULL DEFAULT now(),
  "process"  text        NOT NULL,
  "provider" text        NOT NULL,
  "lane"     text        NOT NULL,
  "accepted" integer     NOT NULL,
  "sent"     integer     NOT NULL,
  "failed"   integer     NOT NULL,
  "retried"  integer     NOT NULL,
  "latency"  integer[]   NOT NULL,
  CONSTRAINT "push_figure_pkey" PRIMARY KEY ("at", "process", "provider", "lane")
);

-- How a breaker stands in one process, written when it changed. `service`: the host of a browser's push service, or empty.
CREATE TABLE "push_breaker" (
  "process"       text        NOT NULL,
  "credential_id" uuid        NOT NULL,
  "service"       text        NOT NULL,
  "state"         text        NOT NULL,
  "since"         timestamptz NOT NULL,
  "answers"       jsonb       NOT NULL,
  "at"            timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "push_breaker_pkey" PRIMARY KEY ("process", "credential_id", "service"),
  CONSTRAINT "push_breaker_state_check" CHECK ("state" IN ('open', 'let_through', 'closed'))
);

-- What an operator decided about the breaker of a credential. Without a row, and after `until`, it is left to itself. What is open here is
-- a row of `hold`, too, whose lane is 'operator': nothing but an operator, or its end, lifts that.
CREATE TABLE "breaker_setting" (
  "credential_id" uuid        NOT NULL,
  "position"      text        NOT NULL,
  "reason"        text        NOT NULL,
  "since"         timestamptz NOT NULL DEFAULT now(),
  "until"         timestamptz,
  CONSTRAINT "breaker_setting_pkey" PRIMARY KEY ("credential_id"),
  CONSTRAINT "breaker_setting_position_check" CHECK ("position" IN ('open', 'closed'))
);
