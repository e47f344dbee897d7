import { TWO_FACTORS } from '../engine/prompts.js';
import type { UserRow } from '../users/user-row.js';
import { acrOf, type SecondFactorMethod } from './factor.js';
import type { OpenInteraction } from './interaction.js';
import type { Judgement } from './judging.js';
import type { NextStep } from './next-step.js';

/** What is known when it is decided whether a visitor gets in. */
export interface SoFar {
  readonly open: Pick<OpenInteraction, 'client' | 'wantsTwoFactors'>;
  readonly user: Pick<UserRow, 'email_verified_at'>;
  readonly amr: readonly string[];
  readonly judgement: Pick<Judgement, 'verdict' | 'reasons'>;
  /** Second factors that the user has. */
  readonly methods: readonly SecondFactorMethod[];
}

/**
 * What a visitor still has to do, or undefined. A user who has a second factor is asked for it at every sign-in; who has none is asked
 * to get one where the app wants that, and for a code by mail where the sign-in is unusual.
 */
export function stillNeeded({ open, user, amr, judgement, methods }: SoFar): NextStep | undefined {
  const { mfa, emailVerification } = open.client.settings;
  if (judgement.verdict === 'refuse') {
    const isPasswordDue = judgement.reasons.some(({ code }) => code === 'password_reset_due');
    return { next: 'refused', reason: isPasswordDue ? 'password_reset_due' : 'unusual' };
  }
  if (emailVerification === 'required' && user.email_verified_at === null && !amr.includes('fed')) {
    return { next: 'verify-email' };
  }
  if (acrOf(amr) === TWO_FACTORS) return undefined;
  const usable = mfa === 'off' ? [] : methods;
  if (usable.length > 0) return { next: 'second-factor', methods: usable };
  if (mfa === 'required') return { next: 'enrol' };
  const canMail = user.email_verified_at !== null && !amr.includes('mail');
  if (judgement.verdict === 'step_up' && canMail) return { next: 'second-factor', methods: ['mail_code'] };
  return undefined;
}
