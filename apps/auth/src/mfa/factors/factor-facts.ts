import { formatId } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { AppUser } from '../user.js';

export type FactorKind = 'totp' | 'passkey' | 'recovery_codes';

/** @param factorId public; recovery codes have none. */
export function factorAdded(user: AppUser, kind: FactorKind, factorId?: string): Fact {
  const userId = formatId('user', user.userId);
  const data = { userId, kind, ...(factorId === undefined ? {} : { factorId }) };
  return { appId: user.appId, type: 'auth.factor_added', subject: userId, data };
}

/** @param factorId public; recovery codes have none. */
export function factorRemoved(
  user: AppUser,
  kind: FactorKind,
  reason: 'removed' | 'replaced',
  factorId?: string,
): Fact {
  const added = factorAdded(user, kind, factorId);
  return { ...added, type: 'auth.factor_removed', data: { ...added.data, reason } };
}

/** A recovery code is gone with its use. @param left how many there still are. */
export function recoveryCodeUsed(user: AppUser, left: number): Fact {
  const removed = factorAdded(user, 'recovery_codes');
  return { ...removed, type: 'auth.factor_removed', data: { ...removed.data, reason: 'used', left } };
}
