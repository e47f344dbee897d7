import { REVOCATIONS_SINCE } from '@signalbox/access';
import { ANY_BEHIND, INSERT_FACTS } from '@signalbox/event-log';
import { NEXT_STEP } from '@signalbox/personal-data';
import { INSERT, POSTED } from './ledger/ledger.queries.js';
import {
  CHARGES_AND_REFUNDS,
  CUSTOMER_USER,
  INBOX,
  KEEP_PAYMENT,
  LOCK_OBJECT,
  MAKE_OBJECT,
  OPEN_AND_HAPPENED,
  PAYMENT,
  SETTLE,
  STATE,
  TELL_GIVEN_BACK,
  WRITE,
} from './process/process.queries.js';
import { paymentsWork } from './work/payments-work.js';

/**
 * What every event goes through once it is kept, and what is asked again and again while nothing happens; these take longer to parse
 * and plan than to run for one object.
 */
export const PREPARED: readonly string[] = [
  ...paymentsWork.hotStatements,
  INBOX,
  PAYMENT,
  KEEP_PAYMENT,
  STATE,
  CUSTOMER_USER,
  MAKE_OBJECT,
  LOCK_OBJECT,
  OPEN_AND_HAPPENED,
  CHARGES_AND_REFUNDS,
  TELL_GIVEN_BACK,
  INSERT_FACTS,
  POSTED,
  INSERT,
  WRITE,
  SETTLE,
  ANY_BEHIND,
  NEXT_STEP,
  REVOCATIONS_SINCE,
];
