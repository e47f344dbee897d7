import { nextProof } from '../mfa/policy/next-proof.js';
import type { UserRow } from '../users/user-row.js';
import type { SecondFactorMethod } from './factor.js';
import type { OpenInteraction } from './interaction.js';
import type { Judgement } from './judging.js';
import type { NextStep } from './next-step.js';

/** What is known when it is decided whether a visitor gets in. */
export interface SoFar {
  readonly open: Pick<OpenInteraction, 'client' | 'wantsTwoFactors'>;
  readonly user: Pick<UserRow, 'email' | 'email_verified_at'>;
  readonly amr: readonly string[];
  readonly judgement: Pick<Judgement, 'verdict' | 'reasons'>;
  /** Second factors that the user has. */
  readonly methods: readonly SecondFactorMethod[];
}

/** What a visitor still has to do, or undefined. */
export function stillNeeded({ open, user, amr, judgement, methods }: SoFar): NextStep | undefined {
  const { mfa, emailVerification } = open.client.settings;
  if (judgement.verdict === 'refuse') {
    const isPasswordDue = judgement.reasons.some(({ code }) => code === 'password_reset_due');
    return { next: 'refused', reason: isPasswordDue ? 'password_reset_due' : 'unusual' };
  }
  // Who has no address, as of a provider that tells none, has none to prove.
  const isUnproven = user.email !== null && user.email_verified_at === null;
  if (emailVerification === 'required' && isUnproven && !amr.includes('fed')) {
    return { next: 'verify-email' };
  }
  const proof = nextProof({
    amr,
    enrolled: methods,
    mfa,
    wantsTwoFactors: open.wantsTwoFactors,
    suspicious: judgement.verdict === 'step_up',
    canMail: user.email_verified_at !== null,
  });
  switch (proof.next) {
    case 'nothing':
      return undefined;
    case 'second-factor':
      return proof;
    case 'enrolment':
      return { next: 'enrol' };
  }
}
