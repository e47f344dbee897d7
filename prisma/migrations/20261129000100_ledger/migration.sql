-- The ledger: double entry, append-only. A transaction is one movement of money at a gateway, or one entry of the gateway's own
-- books about it (its fee, its exchange). It is never changed: what was wrong, or is undone, is a transaction of its own.
CREATE TABLE "ledger_transaction" (
  "id"            uuid        NOT NULL,
  "app_id"        uuid        NOT NULL,
  "gateway"       text        NOT NULL,
  -- The connected account; empty: the app's own.
  "account"       text        NOT NULL DEFAULT '',
  "livemode"      boolean     NOT NULL,
  "kind"          text        NOT NULL,
  -- The gateway's name of what moved the money: a payment intent, a refund, a dispute, a payout, a charge.
  "subject"       text        NOT NULL,
  "payment_id"    uuid,
  -- What it was posted for, once: a fact in the event log, or an entry of the gateway's books.
  "fact"          uuid,
  "gateway_entry" text,
  -- By the gateway's clock.
  "occurred_at"   timestamptz NOT NULL,
  -- The start of the database's transaction, by which lines that come later are known.
  "created_at"    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "ledger_transaction_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "ledger_transaction_gateway_check" CHECK ("gateway" IN ('stripe', 'braintree')),
  CONSTRAINT "ledger_transaction_kind_check" CHECK ("kind" IN ('capture', 'refund', 'refund_return', 'dispute_withdrawal',
    'dispute_reinstatement', 'payout', 'payout_return', 'booking')),
  CONSTRAINT "ledger_transaction_cause_check" CHECK (num_nonnulls("fact", "gateway_entry") = 1)
);
CREATE UNIQUE INDEX "ledger_transaction_fact_key" ON "ledger_transaction" ("fact");
CREATE UNIQUE INDEX "ledger_transaction_app_id_gateway_account_gateway_entry_key"
  ON "ledger_transaction" ("app_id", "gateway", "account", "gateway_entry");
CREATE INDEX "ledger_transaction_app_id_gateway_account_subject_idx"
  ON "ledger_transaction" ("app_id", "gateway", "account", "subject");
CREATE INDEX "ledger_transaction_app_id_id_idx" ON "ledger_transaction" ("app_id", "id");
CREATE INDEX "ledger_transaction_payment_id_id_idx" ON "ledger_transaction" ("payment_id", "id");

CREATE TABLE "ledger_line" (
  "transaction_id" uuid     NOT NULL,
  "position"       smallint NOT NULL,
  "ledger_account" text     NOT NULL,
  "currency"       text     NOT NULL,
  -- In the currency's smallest unit; a debit is positive, a credit negative.
  "amount"         bigint   NOT NULL,
  CONSTRAINT "ledger_line_pkey" PRIMARY KEY ("transaction_id", "position"),
  CONSTRAINT "ledger_line_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "ledger_transaction" ("id") ON DELETE NO ACTION ON UPDATE NO ACTION,
  CONSTRAINT "ledger_line_ledger_account_check" CHECK ("ledger_account" IN ('gateway_balance', 'payouts', 'sales', 'refunds',
    'disputes', 'fees', 'fee_taxes', 'application_fees', 'conversion')),
  CONSTRAINT "ledger_line_currency_check" CHECK ("currency" = lower("currency") AND "currency" <> ''),
  CONSTRAINT "ledger_line_amount_check" CHECK ("amount" <> 0)
);

-- At the commit, whoever wrote: at least two lines, and in every currency debits and credits are equal.
CREATE FUNCTION "ledger_demand_balance"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  transaction uuid := CASE TG_TABLE_NAME WHEN 'ledger_line' THEN to_jsonb(NEW) ->> 'transaction_id' ELSE to_jsonb(NEW) ->> 'id' END;
  lines int;
  unbalanced text;
BEGIN
  SELECT sum(count)::int, string_agg(currency || ' ' || sum, ', ' ORDER BY currency) FILTER (WHERE sum <> 0)
  INTO lines, unbalanced
  FROM (SELECT currency, count(*), sum(amount) FROM ledger_line WHERE transaction_id = transaction GROUP BY currency) AS sums;
  IF coalesce(lines, 0) < 2 THEN
    RAISE EXCEPTION 'ledger transaction % has fewer than two lines', transaction USING ERRCODE = 'check_violation';
  END IF;
  IF unbalanced IS NOT NULL THEN
    RAISE EXCEPTION 'ledger transaction % is not balanced: %', transaction, unbalanced USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER "ledger_transaction_balanced" AFTER INSERT ON "ledger_transaction"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "ledger_demand_balance"();
CREATE CONSTRAINT TRIGGER "ledger_line_balanced" AFTER INSERT ON "ledger_line"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "ledger_demand_balance"();

-- A transaction is complete with the commit that wrote it: nobody adds lines to it afterwards, balanced or not.
CREATE FUNCTION "ledger_refuse_late_lines"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added JOIN ledger_transaction t ON t.id = added.transaction_id WHERE t.created_at <> now()) THEN
    RAISE EXCEPTION 'a ledger transaction that is committed takes no more lines' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "ledger_line_in_time" AFTER INSERT ON "ledger_line" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse_late_lines"();

CREATE FUNCTION "ledger_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: no % of %; a correction is a transaction of its own', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "ledger_transaction_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_transaction"
  FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse_change"();
CREATE TRIGGER "ledger_line_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "ledger_line"
  FOR EACH STATEMENT EXECUTE FUNCTION "ledger_refuse_change"();
