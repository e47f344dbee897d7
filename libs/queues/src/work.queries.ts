import { stancesAgainstWebhooks } from '@signalbox/database';
import { FIRST_OFFER_SECONDS, LEASE_SECONDS } from './work.js';

/** The table of work rows; every service that queues owns one. A union, so that no other name can reach SQL. */
export type WorkTable = 'push_work' | 'events_work' | 'payments_work' | 'auth_work';

interface Offering {
  /** Finds something for as long as nothing may be sent with the credential of the work row `due`. */
  readonly standstill: string;
  /** Rows of one credential and lane in one round, at most; absent: as many as a round takes. */
  readonly mostOfOne?: number;
  /** Finds something for a work row `due` whose lateness is its receiver's own, or wanted; absent: a standstill moves its due time on. */
  readonly excuse?: string;
}

/** Sequential over the flags that are off, which are few. */
const WEBHOOKS_ARE_OFF = `SELECT FROM ${stancesAgainstWebhooks('due.app_id')}`;

/**
 * What the offer loop has to know of each table's owner. Push: a hold, or its probe under way, and that what an operator or a flag holds is not
 * late; index hold_pkey. Events: a
 * webhook endpoint that is paused, or its probe under way; index webhook_endpoint_pkey; or a flag that stops webhooks. An endpoint takes few rows at a
 * time, so a backlog that is offered to it whole would only be claimed and handed back. Payments: nothing stands still as a
 * whole; work that waits for Stripe's answers is handed back with its time. Auth: the same, with the mail server's.
 */
const OFFERING: Record<WorkTable, Offering> = {
  push_work: {
    standstill: `SELECT FROM hold WHERE hold.credential_id = due.credential_id AND hold.lane IN (due.lane, '*', 'operator', 'flag')
            AND (hold.until > now() OR hold.probe_lease > now())`,
    excuse: `SELECT FROM hold WHERE hold.credential_id = due.credential_id AND hold.lane IN ('operator', 'flag') AND hold.until > now()`,
  },
  events_work: {
    standstill: `SELECT FROM webhook_endpoint e WHERE e.id = due.credential_id
            AND (e.open_until > now() OR e.probe_lease > now())
          UNION ALL ${WEBHOOKS_ARE_OFF}`,
    mostOfOne: 8,
    excuse: `SELECT FROM webhook_endpoint e WHERE e.id = due.credential_id AND e.open_until IS NOT NULL
          UNION ALL ${WEBHOOKS_ARE_OFF}`,
  },
  payments_work: { standstill: 'SELECT WHERE false' },
  auth_work: { standstill: 'SELECT WHERE false' },
};

/**
 * All statements over one work table. Times are the database's, never this process's: a wrong clock can then neither
 * steal nor keep a lease.
 */
export function workQueries(table: WorkTable) {
  const { standstill, mostOfOne, excuse } = OFFERING[table];
  const inTurn = mostOfOne === undefined ? '' : ` AND turn.place <= ${mostOfOne}`;
  const unexcused = excuse === undefined ? '' : ` FILTER (WHERE NOT EXISTS (${excuse}))`;
  // Whoever makes work may lease it to itself in the same commit, by $10. Counted from now and not from the transaction's begin, as its
  // clock is read right before this statement.
  const make = `
      INSERT INTO ${table} (id, root_id, queue, lane, app_id, credential_id, items, due_at, next_offer_at, lease_token, lease_until, claims)
      SELECT id, root_id, queue, lane, app_id, credential_id, items, now() + delay * interval '1 ms',
        CASE WHEN token IS NULL THEN now() + look * interval '1 ms' ELSE clock_timestamp() + interval '${LEASE_SECONDS} s' END,
        token, CASE WHEN token IS NOT NULL THEN clock_timestamp() + interval '${LEASE_SECONDS} s' END,
        CASE WHEN token IS NULL THEN 0 ELSE 1 END
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[], $8::float8[], $9::float8[], $10::uuid[])
        AS fresh (id, root_id, queue, lane, app_id, credential_id, items, delay, look, token)`;
  return {
    enqueue: make,

    /**
     * Primary key. Ends a leased row and makes what follows from it: all of it, or nothing when the lease is lost, or when the items
     * $13 are no longer those of the row because somebody took one out.
     */
    replace: `
      WITH ended AS (DELETE FROM ${table} WHERE id = $11 AND lease_token = $12 AND items = $13::jsonb RETURNING id), made AS (
        ${make} WHERE EXISTS (SELECT FROM ended))
      SELECT FROM ended`,

    /** Index: ${table}_next_offer_at_idx. */
    anyDue: `SELECT true FROM ${table} WHERE next_offer_at <= now() AND coalesce(lease_until, '-infinity') < now() LIMIT 1`,

    /**
     * Index: ${table}_next_offer_at_idx. Transactional work first, then the credentials in turn, so that the backlog of
     * one cannot fill a round; held ones are left out, and those whose probe is under way. SKIP LOCKED lets every process offer without a leader.
     *
     * $2, $3: queues and the work whose first job is next in them; index ${table}_pkey. What was never offered again and has been
     * due for less time is behind it: another job would only make the queue longer. It is looked at again when its turn
     * should have come. Work that was interrupted jumped the queue and says nothing about it. What is looked at when it is due
     * has no job yet that could be behind. $4: queues that are away.
     */
    offer: `
      WITH lag AS MATERIALIZED (
        SELECT head.queue, greatest(0, extract(epoch FROM now() - next.due_at))::float8 AS seconds
        FROM unnest($2::text[], $3::uuid[]) AS head (queue, work) JOIN ${table} next ON next.id = head.work AND next.claims = 0
      ), turn AS MATERIALIZED (
        SELECT id, lane = 'bulk' AS later, next_offer_at,
          row_number() OVER (PARTITION BY lane, credential_id ORDER BY next_offer_at) AS place
        FROM ${table} due
        WHERE next_offer_at <= now() AND coalesce(lease_until, '-infinity') < now() AND due.queue <> ALL ($4::text[])
          AND NOT EXISTS (
          ${standstill})
      ), picked AS (
        SELECT w.id, coalesce(lag.seconds, 0) AS lag,
          coalesce(w.offer = 0 AND w.claims = 0 AND w.due_at <= now() AND w.next_offer_at > w.due_at
            AND w.due_at > now() - lag.seconds * interval '1 s', false) AS waits
        FROM turn JOIN ${table} w USING (id) LEFT JOIN lag ON lag.queue = w.queue
        WHERE w.next_offer_at <= now() AND coalesce(w.lease_until, '-infinity') < now()${inTurn}
        ORDER BY turn.later, turn.place, turn.next_offer_at
        LIMIT $1 FOR UPDATE OF w SKIP LOCKED
      )
      UPDATE ${table} w SET offer = CASE WHEN waits THEN offer ELSE offer + 1 END,
        next_offer_at = CASE WHEN waits THEN greatest(due_at, now() - lag * interval '1 s') + (lag * 1.25 + 1) * interval '1 s'
          ELSE now() + greatest(lag * 1.25, least(300, ${FIRST_OFFER_SECONDS} * 2 ^ least(offer, 5))) * interval '1 s' END
      FROM picked WHERE w.id = picked.id
      RETURNING w.id, offer, queue, lane, app_id AS "appId", jsonb_array_length(items) AS count, claims > 0 AS interrupted, waits,
        (greatest(0, extract(epoch FROM now() - due_at)) * 1000)::float8 AS late`,

    /**
     * Primary key. Due again when the lease ends at the latest, so that a dead worker's work is offered at once; what is due before that
     * stays so, since what is leased is not offered, and no index has to be written. A claim that is repeated with its own token finds
     * what it got and counts once.
     */
    claim: `
      UPDATE ${table} SET lease_token = $2, lease_until = now() + interval '${LEASE_SECONDS} s',
        claims = claims + CASE WHEN lease_token = $2 THEN 0 ELSE 1 END,
        next_offer_at = least(next_offer_at, now() + interval '${LEASE_SECONDS} s')
      WHERE id = $1 AND (lease_until IS NULL OR lease_until < now() OR lease_token = $2)
      RETURNING id, root_id AS "rootId", queue, lane, app_id AS "appId", credential_id AS "credentialId", items, claims,
        (extract(epoch FROM now() - due_at) * 1000)::float8 AS "lateMs"`,

    /** Primary key. Never waits: a row that is locked is being ended or handed on by its own holder. */
    renew: `
      WITH free AS (
        SELECT w.id FROM ${table} w JOIN unnest($1::uuid[], $2::uuid[]) AS held (id, token)
          ON w.id = held.id AND w.lease_token = held.token AND w.lease_until >= now()
        FOR UPDATE OF w SKIP LOCKED)
      UPDATE ${table} SET lease_until = now() + interval '${LEASE_SECONDS} s', next_offer_at = now() + interval '${LEASE_SECONDS} s'
      WHERE id IN (SELECT id FROM free)
      RETURNING lease_token AS token`,

    /**
     * Primary key. Hands work back: the claim is forgotten, the work is due again after $3 milliseconds. Its offer number
     * moves on, which tells it from a retry whose time has not come yet.
     */
    release: `
      UPDATE ${table} SET lease_token = NULL, lease_until = NULL, claims = greatest(0, claims - $4::int), offer = offer + 1,
        due_at = CASE WHEN $5 THEN greatest(due_at, now() + $3 * interval '1 ms') ELSE due_at END, next_offer_at = now() + $3 * interval '1 ms'
      WHERE id = $1 AND lease_token = $2
      RETURNING id`,

    /** Primary key. The row lock that decides between routing, cancelling and settling. */
    lock: `SELECT items FROM ${table} WHERE id = $1 AND lease_token = $2 FOR UPDATE`,

    /**
     * Primary key. Halves a row that seems to kill its workers; the halves have fewer lives left than a fresh row. The
     * items are those of this moment and not those of the claim: one may have been cancelled in between.
     */
    split: `
      WITH parent AS (DELETE FROM ${table} WHERE id = $1 AND lease_token = $2 RETURNING *)
      INSERT INTO ${table} (id, root_id, queue, lane, app_id, credential_id, items, due_at, next_offer_at, claims)
      SELECT gen_random_uuid(), root_id, queue, lane, app_id, credential_id, jsonb_agg(item ORDER BY place), due_at, now(), $3
      FROM parent CROSS JOIN LATERAL jsonb_array_elements(items) WITH ORDINALITY AS listed (item, place)
      GROUP BY root_id, queue, lane, app_id, credential_id, due_at, place * 2 <= jsonb_array_length(items) + 1
      RETURNING id`,

    /** Primary key. */
    remove: `DELETE FROM ${table} WHERE id = $1 AND lease_token = $2 RETURNING id`,

    /**
     * Index: ${table}_next_offer_at_idx. Rows that were offered before, whose job is gone, spread a little. What was never
     * offered comes when it is due, and not some time after it as when its first job is thought to be there.
     */
    offerAgain: `
      UPDATE ${table} SET next_offer_at = CASE WHEN offer = 0 THEN greatest(now(), due_at)
        ELSE now() + random() * interval '3 s' END
      WHERE queue = $1 AND (offer > 0 OR next_offer_at > due_at) AND next_offer_at > now()
        AND coalesce(lease_until, '-infinity') < now()
      RETURNING id`,

    /** Index: ${table}_next_offer_at_idx. Work whose first job was never taken by the queue: offered as soon as it is due. */
    offerFirst: `
      UPDATE ${table} SET next_offer_at = greatest(now(), due_at)
      WHERE queue = $1 AND offer = 0 AND next_offer_at > greatest(now(), due_at) AND lease_until IS NULL
      RETURNING id`,

    /** Sequential over the small work table, every few seconds. A hold moves its rows' due time on. */
    backlog: `
      SELECT queue, count(*)::int AS rows, coalesce(sum(jsonb_array_length(items)), 0)::int AS items,
        greatest(0, extract(epoch FROM now() - min(due_at)${unexcused}))::float8 AS "oldestDueSeconds"
      FROM ${table} due GROUP BY queue`,
  };
}
