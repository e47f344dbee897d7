import { INSERT_FACTS } from '@signalbox/event-log';
import { FLUSH_OUTCOMES } from './deliver/flush.queries.js';
import { DELIVERIES_BY_ID, DEVICES_BY_ID } from './deliver/load.queries.js';
import { HOLD_OF } from './holds/hold.queries.js';
import { ACCEPT, ACCEPT_ONE } from './notify/accept.queries.js';
import { DELIVERIES, FACTS_OF_NOTIFICATION, NOTIFICATION, OPEN_ITEMS } from './notify/read.queries.js';
import { STANDING } from './policy/judge.queries.js';
import { RECEIPTS_BY_DAY } from './receipts/receipts.queries.js';
import { LOOK_UP } from './route/route.queries.js';
import { EDITS_BY_ID, NOTIFICATIONS_BY_ID } from './work/notification.queries.js';
import { pushWork } from './work/push-work.js';

/**
 * What every notification goes through, from its door to its outcome. Its plans are fixed: they are made once, for any parameters, so
 * nothing may be here that finds the partitions it needs by its parameters. Such a plan has all partitions in it, and each execution locks them all.
 */
export const FIXED: readonly string[] = [
  ACCEPT,
  ACCEPT_ONE,
  ...pushWork.hotStatements,
  LOOK_UP,
  STANDING,
  INSERT_FACTS,
  HOLD_OF,
  DEVICES_BY_ID,
  FLUSH_OUTCOMES,
];

/** What every notification goes through, too, planned each time for the few partitions that it needs. */
export const PRUNED: readonly string[] = [NOTIFICATIONS_BY_ID, EDITS_BY_ID, DELIVERIES_BY_ID];

/** What is known of one notification, asked by whoever sent it. */
const KNOWN: readonly string[] = [NOTIFICATION, OPEN_ITEMS, DELIVERIES, FACTS_OF_NOTIFICATION, RECEIPTS_BY_DAY];

/** What is parsed once on a connection with ordinary plans. */
export const PREPARED: readonly string[] = [...FIXED, ...PRUNED, ...KNOWN];
