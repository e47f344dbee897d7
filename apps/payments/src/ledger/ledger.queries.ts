/** What stands for one subject in one currency, by account. Indexes: ledger_transaction_app_id_gateway_account_subject_idx, ledger_line_pkey. */
export const POSTED = `
  SELECT l.ledger_account AS account, sum(l.amount)::text AS sum
  FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
  WHERE t.app_id = $1 AND t.gateway = $2 AND t.account = $3 AND t.subject = $4 AND l.currency = $5
  GROUP BY 1`;

/**
 * One transaction with its lines, once for each cause. $1 to $11: the transaction; $12 to $14: the lines, in order. Indexes:
 * ledger_transaction_fact_key, ledger_transaction_app_id_gateway_account_gateway_entry_key.
 */
export const INSERT = `
  WITH made AS (
    INSERT INTO ledger_transaction (id, app_id, gateway, account, livemode, kind, subject, payment_id, fact, gateway_entry,
      occurred_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11::timestamptz, now()))
    ON CONFLICT DO NOTHING
    RETURNING id
  )
  INSERT INTO ledger_line (transaction_id, position, ledger_account, currency, amount)
  SELECT made.id, line.position, line.account, line.currency, line.amount
  FROM made, unnest($12::text[], $13::text[], $14::bigint[]) WITH ORDINALITY AS line (account, currency, amount, position)`;

const FIELDS = `
  t.id, t.kind, t.gateway, t.subject, t.account, t.livemode, t.payment_id AS "paymentId", t.fact,
  t.gateway_entry AS "gatewayEntry", t.occurred_at AS "occurredAt", t.created_at AS "createdAt",
  ARRAY (
    SELECT jsonb_build_object('account', l.ledger_account, 'currency', l.currency, 'amount', l.amount) FROM ledger_line l
    WHERE l.transaction_id = t.id ORDER BY l.position) AS lines`;

const HAS_CURRENCY = `
  ($4::text IS NULL OR EXISTS (SELECT FROM ledger_line l WHERE l.transaction_id = t.id AND l.currency = $4))`;

/** Newest first. Indexes: ledger_transaction_app_id_id_idx, ledger_line_pkey. */
export const LIST = `
  SELECT ${FIELDS} FROM ledger_transaction t
  WHERE t.app_id = $1 AND t.id < $2 AND ${HAS_CURRENCY} ORDER BY t.id DESC LIMIT $3`;

/** The same of one payment, $5. Indexes: ledger_transaction_payment_id_id_idx, ledger_line_pkey. */
export const LIST_OF_PAYMENT = `
  SELECT ${FIELDS} FROM ledger_transaction t
  WHERE t.app_id = $1 AND t.id < $2 AND ${HAS_CURRENCY} AND t.payment_id = $5 ORDER BY t.id DESC LIMIT $3`;

/** Adds up every line of an app: no total is kept, which could differ. Indexes: ledger_transaction_app_id_id_idx, ledger_line_pkey. */
export const BALANCES = `
  SELECT l.ledger_account AS account, l.currency, sum(l.amount)::text AS balance, t.gateway, t.account AS "connectedAccount",
    t.livemode
  FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
  WHERE t.app_id = $1
  GROUP BY t.gateway, t.account, t.livemode, l.ledger_account, l.currency
  ORDER BY t.gateway, t.account, t.livemode, l.ledger_account, l.currency`;
