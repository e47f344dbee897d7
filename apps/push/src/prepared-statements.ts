import { REVOCATIONS_SINCE } from '@signalbox/access';
import { ANY_BEHIND, INSERT_FACTS } from '@signalbox/event-log';
import { NEXT_STEP } from '@signalbox/personal-data';
import { FLUSH_OUTCOMES } from './deliver/flush.queries.js';
import { DELIVERIES_BY_ID, DEVICES_BY_ID } from './deliver/load.queries.js';
import { HOLD_OF } from './holds/hold.queries.js';
import { ACCEPT } from './notify/accept.queries.js';
import { STANDING } from './policy/judge.queries.js';
import { LOOK_UP } from './route/route.queries.js';
import { EDITS_BY_ID, NOTIFICATIONS_BY_ID } from './work/notification.queries.js';
import { pushWork } from './work/push-work.js';

/**
 * What every notification goes through, from its door to its outcome, and what is asked again and again while nothing happens; these
 * take longer to parse and plan than to run for a few rows.
 */
export const PREPARED: readonly string[] = [
  ACCEPT,
  ...pushWork.hotStatements,
  NOTIFICATIONS_BY_ID,
  EDITS_BY_ID,
  LOOK_UP,
  STANDING,
  INSERT_FACTS,
  HOLD_OF,
  DEVICES_BY_ID,
  DELIVERIES_BY_ID,
  FLUSH_OUTCOMES,
  ANY_BEHIND,
  NEXT_STEP,
  REVOCATIONS_SINCE,
];
