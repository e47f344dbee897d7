import { type Holding, rowsHolding } from '@signalbox/personal-data';
import { ownId } from './own-id.js';
import {
  COLLECT_KNOWN_COUNTRIES,
  COLLECT_KNOWN_DEVICES,
  COLLECT_PASSKEYS,
  COLLECT_TOTP,
  ERASE_ALERTS,
  ERASE_CHALLENGES,
  ERASE_KNOWN_COUNTRIES,
  ERASE_KNOWN_DEVICES,
  ERASE_MAILS,
  ERASE_ONE_TIME_TOKENS,
  ERASE_PASSKEYS,
  ERASE_PREFIXES,
  ERASE_RECOVERY_CODES,
  ERASE_RESET_DUE,
  ERASE_TOTP,
} from './tables.queries.js';

const table = (name: string, erase: string, collect?: string): Holding =>
  rowsHolding({ name, erase, ...(collect !== undefined && { collect }), by: ownId });

/** Tables of other parts that have a column for the user. What is handed out of them says nothing that opens a door. */
export const OF_PARTS: readonly Holding[] = [
  table('mails', ERASE_MAILS),
  table('links in mails', ERASE_ONE_TIME_TOKENS),
  table('one-time codes', ERASE_TOTP, COLLECT_TOTP),
  table('passkeys', ERASE_PASSKEYS, COLLECT_PASSKEYS),
  table('challenges', ERASE_CHALLENGES),
  table('recovery codes', ERASE_RECOVERY_CODES),
  table('known devices', ERASE_KNOWN_DEVICES, COLLECT_KNOWN_DEVICES),
  table('known countries', ERASE_KNOWN_COUNTRIES, COLLECT_KNOWN_COUNTRIES),
  table('networks of sign-ins', ERASE_PREFIXES),
  table('alerts', ERASE_ALERTS),
  table('due resets of passwords', ERASE_RESET_DUE),
];
