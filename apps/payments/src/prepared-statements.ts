import { INSERT_FACTS } from '@signalbox/event-log';
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
 * What every event goes through once it is kept; these take longer to parse and plan than to run for one object. Each finds its rows by
 * an index, and none reads a table in partitions, so they have fixed plans: of those it would lock every one. (To append to the log
 * locks the one that is written.)
 */
export const WAY: readonly string[] = [
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
];

/**
 * What is asked now and then, and by everybody. None of the way is here: a plan that is kept, and was made while a table was empty, would
 * read all of it for as long as nobody has looked at its statistics.
 */
export const AT_REST: readonly string[] = [...paymentsWork.hotStatements, INSERT_FACTS];
