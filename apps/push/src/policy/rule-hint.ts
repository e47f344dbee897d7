/** What a fact tells of a refusal or a delay by the policy. */
interface RuleFact {
  readonly reason?: unknown;
  readonly rule?: unknown;
  readonly passesFrom?: unknown;
}

/**
 * The smallest change that would have let a refused notification through, in one sentence; undefined for refusals that no rule of
 * a policy made.
 */
export function ruleHint({ reason, rule, passesFrom }: RuleFact, category: string | undefined): string | undefined {
  if (typeof rule !== 'string') return undefined;
  const name = category ?? '*';
  const later = typeof passesFrom === 'string' ? ` at ${passesFrom} or later` : ' later';
  switch (reason) {
    case 'opted_out':
      return `It would have been sent if the user had "${name}": "in" among the choices of their preferences${orMandatory(category)}.`;
    case 'not_opted_in':
      return `It would have been sent if the user had opted in, with "${name}": "in" among the choices of their preferences.`;
    case 'quiet_hours':
      return rule.includes('it expires before')
        ? `It would have been sent if its ttlSeconds had reached beyond ${typeof passesFrom === 'string' ? passesFrom : 'their end'}.`
        : `It would have been sent${later}, or with "quietHours": "delay" for its category.`;
    case 'frequency_cap':
      return `It would have been sent${later}, or if that max were one higher.`;
    case 'silent_budget':
      return `It would have been sent${later}, or if defaults.silentPerHour were one higher.`;
    default:
      return undefined;
  }
}

function orMandatory(category: string | undefined): string {
  return category === undefined ? '' : ', or if the category were mandatory';
}
