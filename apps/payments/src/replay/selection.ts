import { firstUuidAt, parseId, type StripeEventQuery, type Uuid, objectKey } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { EventRow } from './event-view.js';
import { EVENTS_BY_ID, listEvents, type Path } from './event.queries.js';

/** Which events of an app are meant: what is left out matches everything. */
export type Selection = Pick<StripeEventQuery, 'type' | 'objectId' | 'account' | 'from' | 'to' | 'state'>;

/** Events that one call looks at, at most. */
const SLICE = 5_000;
const LAST_UUID: Uuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

type ListRow = { lookedAt: number; endId: Uuid | null } & (EventRow | { id: null });

/** Events that match, newest first, and the id behind which there may be more. */
export interface Selected {
  readonly events: readonly EventRow[];
  readonly next: Uuid | undefined;
}

export async function select(
  sql: Sql,
  appId: Uuid,
  { type, objectId, account, from, to, state }: Selection,
  { before, limit }: { readonly before: Uuid | undefined; readonly limit: number },
): Promise<Selected> {
  const filtered = type !== undefined || state !== undefined || objectId === undefined;
  const slice = filtered ? Math.max(SLICE, limit + 1) : limit + 1;
  const end = to === undefined ? LAST_UUID : firstUuidAt(Date.parse(to));
  const { rows } = await sql.query<ListRow>(listEvents(pathOf(objectId, state)), [
    before !== undefined && before < end ? before : end,
    firstUuidAt(from === undefined ? 0 : Date.parse(from)),
    slice,
    objectId === undefined ? null : objectKey(appId, account ?? '', objectId),
    appId,
    type ?? null,
    account ?? null,
    state ?? null,
    limit + 1,
  ]);
  const found = rows.filter((row): row is ListRow & EventRow => row.id !== null);
  const events = found.slice(0, limit);
  if (found.length > limit) return { events, next: events.at(-1)!.id };
  const { lookedAt, endId } = rows[0]!;
  return { events, next: lookedAt === slice && endId !== null ? endId : undefined };
}

/** Events by their public ids or Stripe's, which are of `account`; ids that no event has are passed over. */
export async function selectByIds(
  sql: Sql,
  appId: Uuid,
  ids: readonly string[],
  account: string | undefined,
): Promise<EventRow[]> {
  const ours = ids.flatMap((id) => parseId('stripeEvent', id) ?? []);
  const theirs = ids.filter((id) => id.startsWith('evt_'));
  return (await sql.query<EventRow>(EVENTS_BY_ID, [appId, ours, account ?? '', theirs])).rows;
}

function pathOf(objectId: string | undefined, state: Selection['state']): Path {
  if (state === 'dead') return 'dead';
  return objectId === undefined ? 'time' : 'object';
}
