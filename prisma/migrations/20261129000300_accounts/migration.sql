-- One call that changes a subscription at a gateway, kept before it is made.
CREATE TABLE "subscription_operation" (
  "id"           uuid        NOT NULL,
  "app_id"       uuid        NOT NULL,
  "gateway"      text        NOT NULL,
  "kind"         text        NOT NULL,
  -- What it is about, one thing at a time: the subscription, or the user who is to have one.
  "about"        text        NOT NULL,
  -- Under which the gateway knows a repetition of the same call.
  "key"          text        NOT NULL,
  -- Hash of app, route and the caller's Idempotency-Key; null: nothing came of it, so the key is free.
  "k"            uuid,
  "request_hash" bytea       NOT NULL,
  -- What was asked, as long as it may have to be asked again.
  "request"      jsonb,
  "state"        text        NOT NULL,
  -- What came of it, once that is known.
  "outcome"      jsonb,
  -- How often its outcome was asked for.
  "asked"        int         NOT NULL DEFAULT 0,
  -- When it is to be asked (again) what became of it; null: that is known.
  "settle_at"    timestamptz,
  "started_at"   timestamptz NOT NULL DEFAULT now(),
  "ended_at"     timestamptz,
  CONSTRAINT "subscription_operation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "subscription_operation_kind_check" CHECK ("kind" IN ('subscribe', 'change', 'cancel', 'resume')),
  CONSTRAINT "subscription_operation_state_check" CHECK ("state" IN ('running', 'unknown', 'done', 'declined', 'refused', 'not_done')),
  -- What is not known is asked for, what is known is not, and what was asked is kept for nothing else.
  CONSTRAINT "subscription_operation_settle_check" CHECK (("state" IN ('running', 'unknown')) = ("settle_at" IS NOT NULL)),
  CONSTRAINT "subscription_operation_request_check" CHECK (("settle_at" IS NOT NULL) = ("request" IS NOT NULL))
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX "subscription_operation_k_key" ON "subscription_operation" ("k");
-- The fence: while something is under way, or of unknown outcome, nothing else is begun.
CREATE UNIQUE INDEX "subscription_operation_fence_idx" ON "subscription_operation" ("app_id", "about") WHERE "settle_at" IS NOT NULL;
CREATE INDEX "subscription_operation_settle_at_idx" ON "subscription_operation" ("settle_at") WHERE "settle_at" IS NOT NULL;
CREATE INDEX "subscription_operation_ended_at_idx" ON "subscription_operation" ("ended_at") WHERE "ended_at" IS NOT NULL;

-- A customer that the gateway has no more: nothing new is made for it, and whose it was stays known.
ALTER TABLE "stripe_customer" ADD COLUMN "deleted" boolean NOT NULL DEFAULT false;

-- Which subscriptions a user has.
CREATE INDEX "stripe_object_subscription_customer_idx" ON "stripe_object" ("app_id", (("state" -> 'now') ->> 'customer')) WHERE "object_type" = 'subscription';
CREATE INDEX "stripe_object_subscription_user_idx" ON "stripe_object" ("app_id", (("state" -> 'now') ->> 'userId')) WHERE "object_type" = 'subscription';

-- 'call': a call of ours changed an object, so it is looked at again.
ALTER TABLE "stripe_event" DROP CONSTRAINT "stripe_event_via_check";
ALTER TABLE "stripe_event" ADD CONSTRAINT "stripe_event_via_check" CHECK ("via" IN ('webhook', 'reconciler', 'call')) NOT VALID;
ALTER TABLE "stripe_event" VALIDATE CONSTRAINT "stripe_event_via_check";
