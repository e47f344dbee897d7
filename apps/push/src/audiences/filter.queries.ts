import type { DeviceCondition, SegmentFilter, UserCondition } from '@signalbox/contracts';

/** A condition on the phone `d` of app $1, and what its own parameters are. */
export interface CompiledFilter {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Of a phone `d`, as routing names them. Everything that is neither of Apple nor a browser is reached through FCM. */
export const CHANNEL = `CASE d.target_kind WHEN 'apns' THEN 'apns' WHEN 'webpush' THEN 'webpush' ELSE 'fcm' END`;

const VERSION = '^[0-9]{1,9}(?:[.][0-9]{1,9}){0,5}';

/**
 * A filter as a condition of a statement whose parameters up to `first - 1` are taken. Whatever the caller wrote is a parameter,
 * names of attributes as well. Never null: what a phone does not tell is not so. Indexes: push_user_pkey,
 * push_user_attributes_idx where a statement begins with the users, topic_subscription_pkey.
 */
export function compileFilter(filter: SegmentFilter, first: number): CompiledFilter {
  const parameters: unknown[] = [];
  const put = (value: unknown, type: string): string => `$${first - 1 + parameters.push(value)}::${type}`;
  return { sql: condition(filter, put), parameters };
}

type Put = (value: unknown, type: string) => string;

function condition(filter: SegmentFilter, put: Put): string {
  if ('all' in filter) return `(${filter.all.map((each) => condition(each, put)).join(' AND ')})`;
  if ('any' in filter) return `(${filter.any.map((each) => condition(each, put)).join(' OR ')})`;
  if ('not' in filter) return `NOT ${condition(filter.not, put)}`;
  if ('topic' in filter) {
    return `EXISTS (SELECT FROM topic_subscription s WHERE s.app_id = $1 AND s.topic = ${put(filter.topic, 'text')} AND s.device_id = d.id)`;
  }
  return 'device' in filter ? `coalesce(${deviceCondition(filter, put)}, false)` : userCondition(filter, put);
}

function deviceCondition(asked: DeviceCondition, put: Put): string {
  if ('withinDays' in asked) return `d.last_seen_at >= now() - ${put(asked.withinDays, 'int')} * interval '1 day'`;
  if ('before' in asked) return `d.last_seen_at < ${put(moment(asked.before), 'timestamptz')}`;
  if ('after' in asked) return `d.last_seen_at > ${put(moment(asked.after), 'timestamptz')}`;
  if ('atLeast' in asked) {
    const told = `substring(d.app_version FROM '${VERSION}')`;
    return `string_to_array(${told}, '.')::int[] >= ${put(versionParts(asked.atLeast), 'int[]')}`;
  }
  const values = 'is' in asked ? [asked.is] : asked.in;
  switch (asked.device) {
    case 'platform':
      return `d.platform = ANY (${put(values, 'text[]')})`;
    case 'channel':
      return `${CHANNEL} = ANY (${put(values, 'text[]')})`;
    case 'timeZone':
      return `d.time_zone = ANY (${put(values, 'text[]')})`;
    case 'appVersion':
      return `d.app_version = ANY (${put(values, 'text[]')})`;
    case 'language':
      return `lower(split_part(d.locale, '-', 1)) = ANY (${put(lowered(values), 'text[]')})`;
    default:
      return `lower(d.locale) = ANY (${put(lowered(values), 'text[]')})`;
  }
}

/** In UTC: Postgres knows offsets of less than sixteen hours only. */
function moment(time: string): string {
  return new Date(time).toISOString();
}

/** 4.12 is at least 4.12.0: zeros at the end say nothing. */
function versionParts(version: string): number[] {
  const parts = version.split('.').map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return parts;
}

function lowered(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase());
}

/** A phone that is nobody's has no user of whom anything is so. */
function userCondition(asked: UserCondition, put: Put): string {
  if ('exists' in asked) {
    const has = ofUser(`jsonb_exists(u.attributes, ${put(asked.user, 'text')})`);
    return asked.exists ? has : `NOT ${has}`;
  }
  if ('is' in asked) return ofUser(`u.attributes @> ${put(JSON.stringify({ [asked.user]: asked.is }), 'jsonb')}`);
  if ('contains' in asked) {
    return ofUser(`u.attributes @> ${put(JSON.stringify({ [asked.user]: [asked.contains] }), 'jsonb')}`);
  }
  if ('in' in asked) {
    const values = asked.in.map((value) => JSON.stringify({ [asked.user]: value }));
    return ofUser(`u.attributes @> ANY (${put(values, 'jsonb[]')})`);
  }
  const [operator, bound] = 'atLeast' in asked ? ['>=', asked.atLeast] : ['<=', asked.atMost];
  const name = put(asked.user, 'text');
  const kind = typeof bound === 'number' ? 'number' : 'string';
  const value = `(u.attributes ->> ${name})`;
  const compared =
    typeof bound === 'number'
      ? `${value}::numeric ${operator} ${put(bound, 'numeric')}`
      : `${value} COLLATE "C" ${operator} ${put(bound, 'text')}`;
  // CASE alone makes sure that nothing is compared that is of another kind.
  return ofUser(`CASE WHEN jsonb_typeof(u.attributes -> ${name}) = '${kind}' THEN ${compared} ELSE false END`);
}

function ofUser(sql: string): string {
  return `EXISTS (SELECT FROM push_user u WHERE u.app_id = $1 AND u.user_id = d.user_id AND ${sql})`;
}
