import type { Audience } from './audience.js';
import { CHANNEL, compileFilter, type CompiledFilter } from './filter.queries.js';

/** Statements about one audience; what they have in common is behind their own $1 to $4. */
export interface AudienceQueries {
  /** $1 app, $2 behind this id, $3 up to this id, $4 how many: the last of so many that are looked at, and its parameters. */
  readonly bound: { readonly sql: string; readonly parameters: readonly unknown[] } | undefined;
  /** $1 app, $2 behind this id, $3 up to this id, $4 how many. */
  readonly portion: string;
  /** $1 app, $2 behind this id, $3 up to this id. */
  readonly count: string;
  readonly groups: string;
  /** $1 app, $2 one of so many, $3 at most. */
  readonly sample: string;
  readonly parameters: readonly unknown[];
}

const DEVICE = `d.id, d.user_id AS "userId", d.platform, d.target_kind AS "targetKind", d.locale, d.time_zone AS "timeZone"`;
/** Those that a statement does not need are named all the same, so that the others keep their places. */
const BETWEEN = `d.id > $2::uuid AND d.id <= $3::uuid AND $4::int IS NULL`;

/**
 * Index: device_active_idx, or for a topic topic_subscription_pkey and device_pkey: both have the order in which phones are walked
 * through, so that a portion costs the same at the beginning and at the end.
 */
export function audienceQueries(audience: Audience): AudienceQueries {
  return 'topic' in audience ? ofTopic(audience.topic) : ofDevices(audience);
}

function ofTopic(topic: string): AudienceQueries {
  const members = `FROM topic_subscription t JOIN device d ON d.id = t.device_id
    WHERE t.app_id = $1 AND t.topic = $5::text AND d.app_id = $1 AND d.status = 'active'`;
  const looked = `SELECT device_id AS id FROM topic_subscription
    WHERE app_id = $1 AND topic = $5::text AND device_id > $2::uuid AND device_id <= $3::uuid ORDER BY device_id OFFSET $4 LIMIT 1`;
  return {
    bound: { sql: looked, parameters: [topic] },
    portion: `SELECT ${DEVICE} ${members} AND t.device_id > $2::uuid AND t.device_id <= $3::uuid ORDER BY t.device_id LIMIT $4`,
    count: `SELECT count(*)::int AS n ${members} AND ${BETWEEN}`,
    groups: `SELECT ${CHANNEL} AS channel, d.locale, count(*)::int AS n ${members} AND ${BETWEEN} GROUP BY 1, 2`,
    sample: sampled(members),
    parameters: [topic],
  };
}

function ofDevices(audience: Exclude<Audience, { topic: string }>): AudienceQueries {
  const filter: CompiledFilter =
    'filter' in audience ? compileFilter(audience.filter, 5) : { sql: 'true', parameters: [] };
  const active = `FROM device d WHERE d.app_id = $1 AND d.status = 'active' AND ${filter.sql}`;
  const looked = `SELECT id FROM device
    WHERE app_id = $1 AND status = 'active' AND id > $2::uuid AND id <= $3::uuid ORDER BY id OFFSET $4 LIMIT 1`;
  return {
    bound: 'filter' in audience ? { sql: looked, parameters: [] } : undefined,
    portion: `SELECT ${DEVICE} ${active} AND d.id > $2::uuid AND d.id <= $3::uuid ORDER BY d.id LIMIT $4`,
    count: `SELECT count(*)::int AS n ${active} AND ${BETWEEN}`,
    groups: `SELECT ${CHANNEL} AS channel, d.locale, count(*)::int AS n ${active} AND ${BETWEEN} GROUP BY 1, 2`,
    sample: sampled(active),
    parameters: filter.parameters,
  };
}

function sampled(from: string): string {
  return `SELECT ${DEVICE} ${from} AND abs(hashtext(d.id::text)::bigint) % $2::int = 0 AND $4::int IS NULL LIMIT $3`;
}
