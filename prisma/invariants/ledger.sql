-- The ledger says what the facts say, in double entry. Answers one row per violation; no row means that it holds. May be run at
-- any time, also under load, since a statement sees one moment: facts and what they post commit together. $1: facts and
-- what they posted from this id on, no older than the event log. A subject of which something was posted before is not compared with its
-- facts: some of them are older as well.
WITH entry AS MATERIALIZED (
  SELECT t.*, l.ledger_account, l.currency, l.amount
  FROM ledger_transaction t LEFT JOIN ledger_line l ON l.transaction_id = t.id
  WHERE t.id >= $1::uuid AND (t.fact IS NULL OR t.fact >= $1::uuid)
), fact AS MATERIALIZED (
  SELECT id, app_id, type, payload ->> 'gateway' AS gateway, coalesce(payload ->> 'account', '') AS account,
    payload ->> 'gatewayRef' AS subject, payload ->> 'currency' AS currency, (payload ->> 'amount')::bigint AS amount,
    (payload ->> 'amountReceived')::bigint AS received, coalesce((payload ->> 'fundsWithdrawn')::boolean, false) AS withdrawn
  FROM event_log
  WHERE id >= $1::uuid AND type IN ('payment.succeeded', 'refund.created', 'refund.funds_withdrawn', 'refund.succeeded',
    'refund.failed', 'refund.canceled', 'dispute.funds_withdrawn', 'dispute.funds_reinstated', 'payout.created', 'payout.paid',
    'payout.failed', 'payout.canceled')
), demanded AS (
  -- What must stand for each subject, on the one account that is its own.
  SELECT app_id, gateway, account, subject, currency, split_part(type, '.', 1) AS of, CASE split_part(type, '.', 1)
      WHEN 'payment' THEN -max(received)
      WHEN 'dispute' THEN sum(CASE type WHEN 'dispute.funds_withdrawn' THEN amount ELSE -amount END)
      ELSE CASE
        WHEN bool_or(type IN ('refund.failed', 'refund.canceled', 'payout.failed', 'payout.canceled')) THEN 0
        WHEN bool_or(withdrawn OR type <> 'refund.created') THEN max(amount)
        ELSE 0 END
    END AS amount
  FROM fact GROUP BY 1, 2, 3, 4, 5, 6
), posted AS (
  SELECT app_id, gateway, account, subject, currency, sum(amount) AS amount, CASE ledger_account
      WHEN 'sales' THEN 'payment' WHEN 'refunds' THEN 'refund' WHEN 'disputes' THEN 'dispute' ELSE 'payout' END AS of
  FROM entry WHERE ledger_account IN ('sales', 'refunds', 'disputes', 'payouts')
  GROUP BY app_id, gateway, account, subject, currency, ledger_account
)
SELECT id::text AS what, 'is not balanced: ' || currency || ' ' || sum(amount) AS problem
FROM entry WHERE currency IS NOT NULL GROUP BY id, currency HAVING sum(amount) <> 0
UNION ALL
SELECT id::text, 'has ' || count(ledger_account) || ' lines' FROM entry GROUP BY id HAVING count(ledger_account) < 2
UNION ALL
SELECT app_id::text, 'does not sum to zero: ' || currency || ' ' || sum(amount)
FROM entry WHERE currency IS NOT NULL GROUP BY app_id, livemode, currency HAVING sum(amount) <> 0
UNION ALL
SELECT coalesce(d.subject, p.subject), 'the facts say ' || coalesce(d.amount, 0) || ' and the ledger ' || coalesce(p.amount, 0)
  || ' ' || coalesce(d.currency, p.currency)
FROM demanded d FULL JOIN posted p USING (app_id, gateway, account, subject, currency, of) AS same
WHERE coalesce(d.amount, 0) <> coalesce(p.amount, 0)
  -- Of an amount that is captured in parts, some is posted before the payment has succeeded.
  AND NOT (d.subject IS NULL AND of = 'payment')
  AND NOT EXISTS (
    SELECT FROM ledger_transaction earlier
    WHERE (earlier.app_id, earlier.gateway, earlier.account, earlier.subject)
      = (same.app_id, same.gateway, same.account, same.subject)
      AND (earlier.id < $1::uuid OR earlier.fact < $1::uuid))
UNION ALL
SELECT e.id::text, 'was posted for a fact that nobody told'
FROM ledger_transaction e
WHERE e.id >= $1::uuid AND e.fact IS NOT NULL AND NOT EXISTS (SELECT FROM event_log f WHERE f.id = e.fact)
UNION ALL
SELECT gateway_entry, 'was booked ' || count(*) || ' times'
FROM ledger_transaction WHERE id >= $1::uuid AND gateway_entry IS NOT NULL
GROUP BY app_id, gateway, account, gateway_entry HAVING count(*) > 1;
