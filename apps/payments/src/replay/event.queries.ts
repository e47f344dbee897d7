import { FIRST_OFFER_SECONDS } from '@signalbox/queues';

const COLUMNS = `e.id, e.app_id AS "appId", e.event_id AS "eventId", e.account, e.type, e.object_type AS "objectType", e.object_id AS "objectId",
  e.object_key AS "objectKey", e.shape, e.snapshot_event AS "snapshotEvent", e.api_version AS "apiVersion", e.livemode, e.via,
  e.source_id AS "sourceId", e.created, e.received_at AS "receivedAt", i.event IS NOT NULL AS "inInbox", i.reason,
  i.detail AS "deadDetail", d.decision, d.detail AS "decisionDetail"`;
const WITH_STATE = `
  LEFT JOIN stripe_inbox i ON i.object_key = e.object_key AND i.event = e.id
  LEFT JOIN stripe_decision d ON d.event = e.id`;

/** What a selection walks along: all events there are, those of one object, or those that are dead. */
export type Path = 'time' | 'object' | 'dead';

/** Newest first; $1 before this id, $2 not before that one, $3 rows, $4 the object's key or null. */
const SLICES: Readonly<Record<Path, string>> = {
  // Index: stripe_event_id_key.
  time: `SELECT * FROM stripe_event WHERE id < $1::uuid AND id >= $2::uuid AND $4::uuid IS NULL ORDER BY id DESC LIMIT $3`,
  // Index: stripe_event_object_key_id_idx.
  object: `SELECT * FROM stripe_event WHERE object_key = $4::uuid AND id < $1::uuid AND id >= $2::uuid ORDER BY id DESC LIMIT $3`,
  // Indexes: stripe_inbox_dead_idx, stripe_event_id_key.
  dead: `SELECT e.* FROM stripe_inbox i JOIN stripe_event e ON e.id = i.event
    WHERE i.reason IS NOT NULL AND i.event < $1::uuid AND i.event >= $2::uuid AND ($4::uuid IS NULL OR i.object_key = $4)
    ORDER BY i.event DESC LIMIT $3`,
};

/**
 * Events of one app, newest first. The filter runs over a bounded slice, whose end comes back too: whoever wants more goes on
 * behind it. The first row is always there. $1..$4 the slice, see above; $5 app, $6 type or null, $7 account or null, $8
 * state or null, $9 rows to give. Indexes: stripe_inbox_pkey, stripe_decision_pkey, and those of the slice.
 */
export const listEvents = (along: Path): string => `
  WITH slice AS MATERIALIZED (${SLICES[along]}), matching AS (
    SELECT ${COLUMNS} FROM slice e ${WITH_STATE}
    WHERE e.app_id = $5 AND ($6::text IS NULL OR e.type = $6) AND ($7::text IS NULL OR e.account = $7)
      AND ($8::text IS NULL OR $8 = CASE WHEN i.reason IS NOT NULL THEN 'dead' WHEN i.event IS NOT NULL THEN 'waiting' ELSE 'decided' END)
    ORDER BY e.id DESC LIMIT $9
  ), slice_end AS (
    SELECT id AS end_id FROM slice ORDER BY id LIMIT 1
  )
  SELECT (SELECT count(*)::int FROM slice) AS "lookedAt", end_id AS "endId", matching.*
  FROM (VALUES (1)) AS always (one) LEFT JOIN slice_end ON true LEFT JOIN matching ON true
  ORDER BY matching.id DESC`;

/** $1 app, $2 ids, $3 account, $4 Stripe's ids, which are of that account. Indexes: stripe_event_id_key, stripe_event_pkey. */
export const EVENTS_BY_ID = `
  SELECT ${COLUMNS} FROM stripe_event e ${WITH_STATE} WHERE e.app_id = $1 AND e.id = ANY ($2::uuid[])
  UNION
  SELECT ${COLUMNS} FROM stripe_event e ${WITH_STATE} WHERE e.app_id = $1 AND e.account = $3 AND e.event_id = ANY ($4::text[])
  ORDER BY id DESC`;

/** $1 id. Index: stripe_event_id_key. */
export const CONTENT_OF = `SELECT content, dek_id AS "dekId" FROM stripe_event WHERE id = $1`;

/** $1 object's key, $2 event. Index: stripe_effect_pkey. */
export const EFFECTS_OF = `SELECT effect, fact, at FROM stripe_effect WHERE object_key = $1 AND event = $2 ORDER BY at, effect`;

/**
 * Puts events back into the inbox, dead ones among them, and work on their objects into the queue. In sorted order, or two
 * replays that share some would deadlock. What was put away is taken up again; of whom was erased there is nothing left to read, and
 * nothing to do. A row for each that was put back. $1 events, $2 work rows, $3 their queue. Indexes: stripe_event_id_key, stripe_inbox_pkey, stripe_decision_pkey.
 */
export const REPLAY = `
  WITH chosen AS MATERIALIZED (
    SELECT e.id, e.app_id, e.object_key, i.work FROM unnest($1::uuid[], $2::uuid[]) AS i (id, work) JOIN stripe_event e ON e.id = i.id
    WHERE e.shape = 'thin' OR octet_length(e.content) > 0
  ), waiting AS (
    INSERT INTO stripe_inbox (object_key, event) SELECT object_key, id FROM chosen ORDER BY object_key, id
    ON CONFLICT (object_key, event) DO UPDATE SET reason = NULL, detail = NULL
  ), taken_back AS (
    DELETE FROM stripe_decision d USING chosen WHERE d.event = chosen.id AND d.decision = 'discarded'
  ), works AS (
    INSERT INTO payments_work (id, root_id, queue, lane, app_id, credential_id, items, next_offer_at)
    SELECT work, work, $3, 'bulk', app_id, app_id, jsonb_agg(DISTINCT jsonb_build_object('o', object_key)),
      now() + interval '${FIRST_OFFER_SECONDS} s'
    FROM chosen GROUP BY work, app_id
  )
  SELECT id FROM chosen`;

/**
 * Puts away those of the events $1 that are dead, for the reason $2; a row for each. Locked in sorted order, as a replay does, and looked at
 * again once locked: whoever is replayed meanwhile is not dead. What was applied once stays so. Indexes: stripe_event_id_key,
 * stripe_inbox_pkey, stripe_decision_pkey.
 */
export const DISCARD = `
  WITH dead AS MATERIALIZED (
    SELECT i.object_key, i.event FROM stripe_event e JOIN stripe_inbox i ON i.object_key = e.object_key AND i.event = e.id
    WHERE e.id = ANY ($1::uuid[]) AND i.reason IS NOT NULL
    ORDER BY i.object_key, i.event FOR UPDATE OF i
  ), away AS (
    DELETE FROM stripe_inbox i USING dead WHERE i.object_key = dead.object_key AND i.event = dead.event RETURNING i.event
  ), decisions AS (
    INSERT INTO stripe_decision (event, decision, detail) SELECT event, 'discarded', $2 FROM away
    ON CONFLICT (event) DO UPDATE SET decision = excluded.decision, detail = excluded.detail, at = now()
    WHERE stripe_decision.decision <> 'applied'
  )
  SELECT event FROM away`;
