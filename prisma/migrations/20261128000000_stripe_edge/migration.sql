-- An address that Stripe posts to: one event destination of one Stripe account (or of the accounts connected to it).
CREATE TABLE "stripe_source" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "name"       text        NOT NULL,
  -- Whose events: the account's own, or those of accounts connected to it.
  "scope"      text        NOT NULL,
  "livemode"   boolean     NOT NULL,
  -- Stripe sends snapshots or thin events to one destination, never both.
  "shape"      text        NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_source_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "stripe_source_scope_check" CHECK ("scope" IN ('account', 'connect')),
  CONSTRAINT "stripe_source_shape_check" CHECK ("shape" IN ('snapshot', 'thin'))
);
CREATE INDEX "stripe_source_app_id_id_idx" ON "stripe_source" ("app_id", "id");

-- Signing secrets of a source, any number, each with a window in which it counts.
CREATE TABLE "stripe_secret" (
  "id"           uuid        NOT NULL,
  "source_id"    uuid        NOT NULL,
  "sealed"       bytea       NOT NULL,
  -- The last characters, by which an operator knows it again.
  "hint"         text        NOT NULL,
  "not_before"   timestamptz NOT NULL DEFAULT now(),
  -- Null: until it is deleted.
  "not_after"    timestamptz,
  "last_used_at" timestamptz,
  "created_at"   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_secret_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "stripe_secret_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "stripe_source" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);
CREATE INDEX "stripe_secret_source_id_idx" ON "stripe_secret" ("source_id");

-- What Stripe told us, once each. Insert-only: what was decided about an event is in stripe_decision. The body is encrypted
-- as it came, byte for byte.
CREATE TABLE "stripe_event" (
  "app_id"         uuid        NOT NULL,
  -- The connected account; empty: the account itself.
  "account"        text        NOT NULL DEFAULT '',
  "event_id"       text        NOT NULL,
  -- Made at receipt; by it everything else refers to the event.
  "id"             uuid        NOT NULL,
  "source_id"      uuid,
  "via"            text        NOT NULL,
  "shape"          text        NOT NULL,
  "type"           text        NOT NULL,
  "api_version"    text,
  "livemode"       boolean     NOT NULL,
  "object_type"    text,
  "object_id"      text,
  -- Hash of app, account and object; of the event where it is about nothing with an id.
  "object_key"     uuid        NOT NULL,
  -- Of a thin event: the snapshot event that tells of the same change.
  "snapshot_event" text,
  "created"        timestamptz NOT NULL,
  "content"        bytea       NOT NULL,
  "dek_id"         uuid        NOT NULL,
  "received_at"    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_event_pkey" PRIMARY KEY ("app_id", "account", "event_id"),
  CONSTRAINT "stripe_event_via_check" CHECK ("via" IN ('webhook', 'reconciler')),
  CONSTRAINT "stripe_event_shape_check" CHECK ("shape" IN ('snapshot', 'thin'))
);
CREATE UNIQUE INDEX "stripe_event_id_key" ON "stripe_event" ("id");
CREATE INDEX "stripe_event_object_key_id_idx" ON "stripe_event" ("object_key", "id");

-- Events that are not decided yet, or, with a reason, that nobody could decide: dead letters.
CREATE TABLE "stripe_inbox" (
  "object_key" uuid NOT NULL,
  "event"      uuid NOT NULL,
  "reason"     text,
  "detail"     text,
  CONSTRAINT "stripe_inbox_pkey" PRIMARY KEY ("object_key", "event")
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "stripe_inbox_dead_idx" ON "stripe_inbox" ("event") WHERE "reason" IS NOT NULL;

-- What was decided about an event.
CREATE TABLE "stripe_decision" (
  "event"    uuid        NOT NULL,
  "decision" text        NOT NULL,
  "detail"   text,
  "at"       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_decision_pkey" PRIMARY KEY ("event"),
  CONSTRAINT "stripe_decision_decision_check" CHECK ("decision" IN ('applied', 'superseded', 'repeated', 'stored', 'discarded'))
);

-- What we know of one object of Stripe's: no personal content. Its row lock makes processing serial per object.
CREATE TABLE "stripe_object" (
  "key"         uuid        NOT NULL,
  "app_id"      uuid        NOT NULL,
  "account"     text        NOT NULL DEFAULT '',
  "object_type" text        NOT NULL,
  "object_id"   text        NOT NULL,
  "livemode"    boolean     NOT NULL,
  -- Counts changes of state: what was fetched for an older revision is not written.
  "rev"         bigint      NOT NULL DEFAULT 0,
  -- Numbers the facts about it in the event log.
  "seq"         bigint      NOT NULL DEFAULT 0,
  "state"       jsonb       NOT NULL DEFAULT '{}',
  "deleted"     boolean     NOT NULL DEFAULT false,
  -- The payment that it belongs to.
  "payment_id"  uuid,
  "updated_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_object_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 80);
CREATE INDEX "stripe_object_payment_id_idx" ON "stripe_object" ("payment_id");

-- An effect happens once per object: whoever writes the row first has it.
CREATE TABLE "stripe_effect" (
  "object_key" uuid        NOT NULL,
  "effect"     text        NOT NULL,
  "event"      uuid        NOT NULL,
  -- The fact in the event log that told of it.
  "fact"       uuid        NOT NULL,
  "at"         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_effect_pkey" PRIMARY KEY ("object_key", "effect")
);

-- A payment as our callers know it. Its state is that of the gateway's object.
CREATE TABLE "payment" (
  "id"          uuid        NOT NULL,
  "app_id"      uuid        NOT NULL,
  "gateway"     text        NOT NULL,
  "account"     text        NOT NULL DEFAULT '',
  -- The gateway's name of it: a payment intent.
  "gateway_ref" text        NOT NULL,
  "object_key"  uuid        NOT NULL,
  "user_id"     text,
  "livemode"    boolean     NOT NULL,
  "created_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "payment_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "payment_gateway_check" CHECK ("gateway" IN ('stripe'))
);
CREATE UNIQUE INDEX "payment_object_key_key" ON "payment" ("object_key");
CREATE INDEX "payment_app_id_id_idx" ON "payment" ("app_id", "id");

-- Which of the app's users a customer of Stripe's is.
CREATE TABLE "stripe_customer" (
  "app_id"      uuid        NOT NULL,
  "account"     text        NOT NULL DEFAULT '',
  "customer_id" text        NOT NULL,
  "user_id"     text        NOT NULL,
  "updated_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "stripe_customer_pkey" PRIMARY KEY ("app_id", "account", "customer_id")
);

-- How far the reconciler compared our log with Stripe's.
CREATE TABLE "stripe_cursor" (
  "app_id"      uuid        NOT NULL,
  "account"     text        NOT NULL DEFAULT '',
  -- Stripe takes 20 types a call: one cursor per group of types.
  "slice"       text        NOT NULL,
  -- Everything created before is known to be here.
  "through"     timestamptz NOT NULL,
  "lease_until" timestamptz,
  "ran_at"      timestamptz,
  "error"       text,
  "found"       bigint      NOT NULL DEFAULT 0,
  CONSTRAINT "stripe_cursor_pkey" PRIMARY KEY ("app_id", "account", "slice")
);

-- Work rows as in push_work; `credential_id` is the app, so that apps take turns.
CREATE TABLE "payments_work" (
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
  CONSTRAINT "payments_work_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "payments_work_next_offer_at_idx" ON "payments_work" ("next_offer_at");
