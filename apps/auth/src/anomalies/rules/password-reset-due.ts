import type { Circumstances } from '../circumstances.js';
import type { Finding } from '../finding.js';

/** The password of somebody who said "that was not me": whoever knows it may not be the user. Other proofs are not in doubt. */
export function passwordResetDue({ isPasswordDue, amr }: Circumstances): Finding | undefined {
  return isPasswordDue && amr.includes('pwd') ? { code: 'password_reset_due', facts: {} } : undefined;
}
