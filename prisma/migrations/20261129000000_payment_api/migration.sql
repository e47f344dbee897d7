-- An order of the app's: what a customer shall pay once. Its row lock makes everything that is done about it serial.
CREATE TABLE "payment_order" (
  "app_id"       uuid        NOT NULL,
  -- The app's own name of it; `pay_...` where it was never named.
  "order_id"     text        NOT NULL,
  -- In the currency's smallest unit.
  "amount"       bigint      NOT NULL,
  "currency"     text        NOT NULL,
  "user_id"      text,
  -- The one payment that may take money; null: none was made, or it is proven that it takes none any more.
  "live_payment" uuid,
  -- What is under way, or of unknown outcome: nothing else touches the order meanwhile.
  "operation"    uuid,
  "created_at"   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "payment_order_pkey" PRIMARY KEY ("app_id", "order_id")
) WITH (fillfactor = 80);

-- One call that changes something at a gateway, kept before it is made.
CREATE TABLE "payment_operation" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "order_id"   text        NOT NULL,
  "payment_id" uuid        NOT NULL,
  "gateway"    text        NOT NULL,
  "kind"       text        NOT NULL,
  -- Under which the gateway knows a repetition of the same call.
  "key"        text        NOT NULL,
  -- What was asked; nothing secret and nothing personal.
  "request"    jsonb       NOT NULL,
  "state"      text        NOT NULL,
  -- What came of it, once that is known.
  "outcome"    jsonb,
  -- How often its outcome was asked for.
  "asked"      int         NOT NULL DEFAULT 0,
  -- When it is to be asked (again) what became of it; null: that is known.
  "settle_at"  timestamptz,
  "started_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at"   timestamptz,
  CONSTRAINT "payment_operation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "payment_operation_kind_check" CHECK ("kind" IN ('open', 'charge', 'capture', 'cancel', 'refund')),
  CONSTRAINT "payment_operation_state_check" CHECK ("state" IN ('running', 'unknown', 'done', 'declined', 'refused', 'not_done')),
  -- What is not known is asked for, what is known is not.
  CONSTRAINT "payment_operation_settle_check" CHECK (("state" IN ('running', 'unknown')) = ("settle_at" IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX "payment_operation_settle_at_idx" ON "payment_operation" ("settle_at") WHERE "settle_at" IS NOT NULL;
CREATE INDEX "payment_operation_payment_id_id_idx" ON "payment_operation" ("payment_id", "id");

-- What an Idempotency-Key of a call about money stands for.
CREATE TABLE "payment_idem" (
  -- Hash of app, route and key.
  "k"            uuid        NOT NULL,
  "request_hash" bytea       NOT NULL,
  "payment_id"   uuid        NOT NULL,
  -- Null: nothing had to be changed at the gateway.
  "operation"    uuid,
  "expires_at"   timestamptz NOT NULL,
  CONSTRAINT "payment_idem_pkey" PRIMARY KEY ("k")
);
CREATE INDEX "payment_idem_operation_idx" ON "payment_idem" ("operation");

-- What an app wants its sheets to show, and which gateway takes which payments.
CREATE TABLE "payment_settings" (
  "app_id"     uuid        NOT NULL,
  "settings"   jsonb       NOT NULL,
  "updated_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "payment_settings_pkey" PRIMARY KEY ("app_id")
);

-- A payment that we make has its id before the gateway knows of it.
ALTER TABLE "payment" ALTER COLUMN "gateway_ref" DROP NOT NULL;
ALTER TABLE "payment" ALTER COLUMN "object_key" DROP NOT NULL;
ALTER TABLE "payment" DROP CONSTRAINT "payment_gateway_check";
ALTER TABLE "payment" ADD CONSTRAINT "payment_gateway_check" CHECK ("gateway" IN ('stripe', 'braintree'));
ALTER TABLE "payment" ADD COLUMN "order_id" text;
ALTER TABLE "payment" ADD COLUMN "amount" bigint;
ALTER TABLE "payment" ADD COLUMN "currency" text;
-- 'manual': the money is only reserved until it is captured.
ALTER TABLE "payment" ADD COLUMN "capture" text;
ALTER TABLE "payment" ADD CONSTRAINT "payment_capture_check" CHECK ("capture" IN ('automatic', 'manual'));
-- How it stood when we last saw it ourselves, in an answer to a call of ours, and when that was.
ALTER TABLE "payment" ADD COLUMN "known" jsonb;
ALTER TABLE "payment" ADD COLUMN "known_at" timestamptz;
CREATE INDEX "payment_app_id_order_id_idx" ON "payment" ("app_id", "order_id") WHERE "order_id" IS NOT NULL;

-- Which customer of Stripe's a user is.
CREATE INDEX "stripe_customer_app_id_account_user_id_idx" ON "stripe_customer" ("app_id", "account", "user_id");
