import type { Database } from '@signalbox/database';
import { readEvent } from '../edge/read-event.js';
import type { Receiver } from '../receive/receiver.js';
import type { Cursor } from './cursor-lease.js';
import type { EventPage } from './event-pages.js';
import type { Gap } from './gap.js';
import { KNOWN_EVENTS } from './reconcile.queries.js';
import { RunStopped } from './run-stopped.js';

/** Milliseconds after which a database that is busy, or did not answer, is asked again. */
const DATABASE_MS = 5_000;

export interface FillParts {
  readonly database: Database;
  readonly receiver: Receiver;
  /** Hears of each event that was missing, and of each that Stripe lists and we cannot read. */
  readonly onFound: () => void;
  readonly onUnreadable: (eventId: string, why: string) => void;
}

/**
 * Has the events of a page that are not here received, as webhooks are, and adds them to the gap.
 *
 * @throws RunStopped when they could not be stored now.
 */
export async function fillGap(parts: FillParts, cursor: Cursor, { events }: EventPage, gap: Gap): Promise<void> {
  if (events.length === 0) return;
  const { appId, account, ranAt } = cursor;
  const { rows } = await parts.database.query<{ eventId: string; created: Date; found: boolean }>(KNOWN_EVENTS, [
    appId,
    account,
    events.map(({ id }) => id),
    ranAt,
  ]);
  for (const { found, created } of rows) if (found) gap.add(created);
  const known = new Set(rows.map(({ eventId }) => eventId));
  const missing = events.filter(({ id }) => !known.has(id));
  await Promise.all(missing.map((event) => receive(parts, cursor, event, gap)));
}

async function receive(
  { receiver, onFound, onUnreadable }: FillParts,
  { appId, account }: Cursor,
  event: { readonly id: string },
  gap: Gap,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(event));
  const facts = readEvent(body);
  if ('noEvent' in facts) {
    onUnreadable(event.id, facts.noEvent);
    return;
  }
  // A list of an account's events does not repeat whose they are.
  const receipt = await receiver.receive({ ...facts, appId, account, via: 'reconciler', body });
  switch (receipt) {
    case 'stored':
      onFound();
      gap.add(facts.created);
      return;
    case 'repeated':
      // Its webhook came in just now, after all.
      return;
    case 'unknown':
    case 'busy':
      throw new RunStopped(`events could not be stored (${receipt})`, DATABASE_MS);
  }
}
