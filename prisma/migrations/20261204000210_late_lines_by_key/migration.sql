-- The same rule, asked by key for each line. A session that joins keeps the plan that it made when the ledger was nearly empty: it read the
-- whole ledger with every posting until statistics were gathered.
CREATE OR REPLACE FUNCTION "ledger_refuse_late_lines"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM added WHERE now() <> (SELECT t.created_at FROM ledger_transaction t WHERE t.id = added.transaction_id)
  ) THEN
    RAISE EXCEPTION 'a ledger transaction that is committed takes no more lines' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
