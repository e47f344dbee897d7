-- How a breaker of an app with a gateway stands in one process, written when it changed. `calls`: the class of operations it guards.
CREATE TABLE "gateway_breaker" (
  "process" text        NOT NULL,
  "app_id"  uuid        NOT NULL,
  "gateway" text        NOT NULL,
  "calls"   text        NOT NULL,
  "state"   text        NOT NULL,
  "since"   timestamptz NOT NULL,
  "until"   timestamptz NOT NULL,
  CONSTRAINT "gateway_breaker_pkey" PRIMARY KEY ("process", "app_id", "gateway", "calls"),
  CONSTRAINT "gateway_breaker_state_check" CHECK ("state" IN ('open', 'closed'))
);
