import { type EVENT_TYPES, formatId } from '@signalbox/contracts';
import type { Fact } from '@signalbox/event-log';
import type { z } from 'zod';
import type { AppUser } from '../user.js';

export type FactorKind = 'totp' | 'passkey' | 'recovery_codes';

type Said<Type extends 'auth.factor_added' | 'auth.factor_removed'> = Fact & {
  readonly type: Type;
  readonly data: z.output<(typeof EVENT_TYPES)[Type]>;
};

/** What became of a factor. */
export type FactorFact = Said<'auth.factor_added'> | Said<'auth.factor_removed'>;

/** @param factorId public. */
export function factorAdded(user: AppUser, kind: 'totp' | 'passkey', factorId: string): FactorFact {
  return { ...about(user), type: 'auth.factor_added', data: { ...dataOf(user, kind), factorId } };
}

/** @param withFactor whether they came with a first factor. */
export function recoveryCodesMade(user: AppUser, withFactor: boolean): FactorFact {
  const data = { ...dataOf(user, 'recovery_codes'), ...(withFactor && { withFactor }) };
  return { ...about(user), type: 'auth.factor_added', data };
}

/** @param factorId public. */
export function factorRemoved(
  user: AppUser,
  kind: 'totp' | 'passkey',
  reason: 'removed' | 'replaced',
  factorId: string,
): FactorFact {
  return { ...about(user), type: 'auth.factor_removed', data: { ...dataOf(user, kind), factorId, reason } };
}

/** All of them are gone, while there is still something that they stood in for. */
export function recoveryCodesRemoved(user: AppUser): FactorFact {
  return {
    ...about(user),
    type: 'auth.factor_removed',
    data: { ...dataOf(user, 'recovery_codes'), reason: 'removed' },
  };
}

/** A recovery code is gone with its use. @param left how many there still are. */
export function recoveryCodeUsed(user: AppUser, left: number): FactorFact {
  const data = { ...dataOf(user, 'recovery_codes'), reason: 'used', left } as const;
  return { ...about(user), type: 'auth.factor_removed', data };
}

const about = ({ appId, userId }: AppUser) => ({ appId, subject: formatId('user', userId) });

const dataOf = ({ userId }: AppUser, kind: FactorKind) => ({ userId: formatId('user', userId), kind });
