-- Where an app's events are posted to, and how that goes: the breaker's state is kept here, so that all processes share it
-- and a restart does not forget it.
CREATE TABLE "webhook_endpoint" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "url"             text        NOT NULL,
  "description"     text,
  -- Empty: all types.
  "event_types"     text[]      NOT NULL DEFAULT ARRAY[]::text[],
  "ordered"         boolean     NOT NULL DEFAULT false,
  "enabled"         boolean     NOT NULL DEFAULT true,
  "disabled_reason" text,
  "disabled_at"     timestamptz,
  -- Failures since the last success, and how often in a row they opened the breaker.
  "failures"        integer     NOT NULL DEFAULT 0,
  "openings"        integer     NOT NULL DEFAULT 0,
  -- Nothing is sent before; after it one delivery probes. Null: the breaker is closed.
  "open_until"      timestamptz,
  "probe_lease"     timestamptz,
  "failing_since"   timestamptz,
  "created_at"      timestamptz NOT NULL DEFAULT now(),
  "updated_at"      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_endpoint_disabled_check" CHECK (
    ("enabled" AND "disabled_reason" IS NULL AND "disabled_at" IS NULL)
    OR (NOT "enabled" AND "disabled_reason" IN ('requested', 'gone', 'failing') AND "disabled_at" IS NOT NULL))
);
CREATE INDEX "webhook_endpoint_app_id_id_idx" ON "webhook_endpoint" ("app_id", "id");

CREATE TABLE "webhook_secret" (
  "id"          uuid        NOT NULL,
  "endpoint_id" uuid        NOT NULL,
  "kind"        text        NOT NULL,
  "sealed"      bytea       NOT NULL,
  "public_key"  text,
  "created_at"  timestamptz NOT NULL DEFAULT now(),
  -- Signs until then; null: until it is deleted.
  "expires_at"  timestamptz,
  CONSTRAINT "webhook_secret_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_secret_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
  CONSTRAINT "webhook_secret_kind_check" CHECK ("kind" IN ('symmetric', 'ed25519'))
);
CREATE INDEX "webhook_secret_endpoint_id_idx" ON "webhook_secret" ("endpoint_id");

-- One event for one endpoint. `id` = the event's time and a hash of both, so that whoever takes it on again finds it there.
-- No index mentions the state: state changes stay HOT updates.
CREATE TABLE "webhook_delivery" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "endpoint_id"     uuid        NOT NULL,
  "event_id"        uuid        NOT NULL,
  "event_type"      text        NOT NULL,
  "subject"         text        NOT NULL,
  "state"           text        NOT NULL DEFAULT 'pending',
  "attempt"         integer     NOT NULL DEFAULT 0,
  -- The attempt that its present round of retries began after: a resend begins a new one.
  "round_start"     integer     NOT NULL DEFAULT 0,
  "reason"          text,
  "next_attempt_at" timestamptz,
  "created_at"      timestamptz NOT NULL DEFAULT now(),
  "updated_at"      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "webhook_delivery_state_check" CHECK ("state" IN ('pending', 'retrying', 'delivered', 'failed'))
) WITH (fillfactor = 80);
CREATE INDEX "webhook_delivery_endpoint_id_id_idx" ON "webhook_delivery" ("endpoint_id", "id");

-- What one attempt came to.
CREATE TABLE "webhook_attempt" (
  "delivery_id"  uuid        NOT NULL,
  "attempt"      integer     NOT NULL,
  "at"           timestamptz NOT NULL DEFAULT now(),
  "status"       integer,
  "milliseconds" integer     NOT NULL,
  "answer"       text,
  "error"        text,
  CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("delivery_id", "attempt")
);

-- Who waits for whom at an endpoint that wants each subject's events in order: the first of a subject has a work row, the
-- others get theirs when it leaves the line.
CREATE TABLE "webhook_line" (
  "endpoint_id" uuid   NOT NULL,
  "subject"     text   NOT NULL,
  "seq"         bigserial,
  "delivery_id" uuid   NOT NULL,
  CONSTRAINT "webhook_line_pkey" PRIMARY KEY ("endpoint_id", "subject", "seq")
);
CREATE UNIQUE INDEX "webhook_line_delivery_id_key" ON "webhook_line" ("delivery_id");

-- Work rows as in push_work; `credential_id` is the endpoint.
CREATE TABLE "events_work" (
  "id"            uuid        NOT NULL,
  "root_id"       uuid        NOT NULL,
  "queue"         text        NOT NULL,
  "lane"          text        NOT NULL,
  "app_id"        uuid,
  "credential_id" uuid,
  "items"         jsonb       NOT NULL,
  "next_offer_at" timestamptz NOT NULL,
  "offer"         integer     NOT NULL DEFAULT 0,
  "lease_until"   timestamptz,
  "lease_token"   uuid,
  "claims"        integer     NOT NULL DEFAULT 0,
  "due_at"        timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "events_work_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "events_work_next_offer_at_idx" ON "events_work" ("next_offer_at");
