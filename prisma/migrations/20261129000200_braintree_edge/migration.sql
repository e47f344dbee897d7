-- What Braintree told us. Insert-only: what was decided about it is in braintree_decision. The payload is encrypted as it came.
CREATE TABLE "braintree_event" (
  "id"           uuid        NOT NULL,
  "app_id"       uuid        NOT NULL,
  -- The credential whose keys signed it.
  "source_id"    uuid        NOT NULL,
  -- SHA-256 of the payload: Braintree gives its notifications no ids.
  "payload_hash" bytea       NOT NULL,
  "kind"         text        NOT NULL,
  -- What it is about; both empty where that has no id.
  "subject_type" text        NOT NULL DEFAULT '',
  "subject_id"   text        NOT NULL DEFAULT '',
  -- When Braintree says that it was sent.
  "notified_at"  timestamptz NOT NULL,
  "content"      bytea       NOT NULL,
  "dek_id"       uuid        NOT NULL,
  "received_at"  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "braintree_event_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "braintree_event_app_id_payload_hash_key" ON "braintree_event" ("app_id", "payload_hash");
-- The same notification whose payload was written anew.
CREATE UNIQUE INDEX "braintree_event_app_id_kind_subject_id_notified_at_key"
  ON "braintree_event" ("app_id", "kind", "subject_id", "notified_at");

-- What was decided about a notification; `dead`: nobody could work on it, and a person has to look.
CREATE TABLE "braintree_decision" (
  "event"    uuid        NOT NULL,
  "decision" text        NOT NULL,
  "detail"   text,
  "at"       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "braintree_decision_pkey" PRIMARY KEY ("event"),
  CONSTRAINT "braintree_decision_decision_check" CHECK ("decision" IN ('applied', 'repeated', 'stored', 'dead'))
);
CREATE INDEX "braintree_decision_dead_idx" ON "braintree_decision" ("event") WHERE "decision" = 'dead';

-- An effect happens once per payment: whoever writes the row first has it. Written under the payment's row lock.
CREATE TABLE "braintree_effect" (
  "payment_id" uuid        NOT NULL,
  "effect"     text        NOT NULL,
  -- Of the fact that told of it, by which facts are numbered.
  "subject"    text        NOT NULL,
  -- The notification that brought it about; null: an operation of ours did.
  "event"      uuid,
  "fact"       uuid        NOT NULL,
  "at"         timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "braintree_effect_pkey" PRIMARY KEY ("payment_id", "effect")
);

-- By which a notification finds its payment.
CREATE INDEX "payment_app_id_gateway_ref_idx" ON "payment" ("app_id", "gateway_ref") WHERE "gateway" = 'braintree';

-- What counted as received and never came: a settlement that the bank declined.
ALTER TABLE "ledger_transaction" DROP CONSTRAINT "ledger_transaction_kind_check";
ALTER TABLE "ledger_transaction" ADD CONSTRAINT "ledger_transaction_kind_check" CHECK ("kind" IN ('capture', 'capture_return',
  'refund', 'refund_return', 'dispute_withdrawal', 'dispute_reinstatement', 'payout', 'payout_return', 'booking'));
