import type { Circumstances } from '../circumstances.js';
import type { Finding } from '../finding.js';
import { manyAccounts } from './many-accounts.js';
import { newCountry } from './new-country.js';
import { newDevice } from './new-device.js';
import { passwordResetDue } from './password-reset-due.js';

/** Every rule about a sign-in. The one about a session that is in use is two-networks.ts. */
const SIGN_IN_RULES = [newDevice, newCountry, manyAccounts, passwordResetDue] as const;

export function findingsOf(circumstances: Circumstances): Finding[] {
  return SIGN_IN_RULES.flatMap((rule) => rule(circumstances) ?? []);
}
