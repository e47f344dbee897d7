/** Which kind of rule kept a notification from a user for good. */
const RULE_REASONS = ['opted_out', 'not_opted_in', 'quiet_hours', 'frequency_cap', 'silent_budget'] as const;
export type RuleReason = (typeof RULE_REASONS)[number];

/** Whether a rule of the app or of the user gave this reason, rather than anything that went wrong. */
export function isRuleReason(reason: string | null): reason is RuleReason {
  return RULE_REASONS.some((each) => each === reason);
}

/**
 * What an app's policy says to one notification for one user, at one moment. `rule` names the rule in words that an operator
 * finds in the policy. Times are milliseconds since 1970.
 */
export type Verdict = { readonly policyVersion: number } & (
  | {
      readonly verdict: 'send';
      /** Without sound and without waking the screen. */
      readonly quietly: boolean;
      /** If quietly, the channel for it on Android, where the policy names one. */
      readonly quietChannelId?: string;
      /** From then on another verdict may be right; absent: this one stays. */
      readonly askAgainAt?: number;
    }
  | {
      readonly verdict: 'refuse';
      readonly reason: RuleReason;
      readonly rule: string;
      /** From then on the same rule would have let it through, where time alone would have done it. */
      readonly passesFrom?: number;
    }
  | {
      readonly verdict: 'delay';
      readonly until: number;
      readonly reason: 'quiet_hours' | 'local_time';
      readonly rule: string;
    }
);

export type Refused = Extract<Verdict, { verdict: 'refuse' }>;
export type Delayed = Extract<Verdict, { verdict: 'delay' }>;
export type Sent = Extract<Verdict, { verdict: 'send' }>;
