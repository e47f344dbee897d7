import { ANOMALY_CONSEQUENCES, type AnomalyCode, type AnomalyConsequence } from '@signalbox/contracts';
import type { AuthSettings } from '../settings/auth-settings.js';
import type { Finding } from './finding.js';

type Policy = AuthSettings['anomalies'];

const SETTING_OF: Partial<Record<AnomalyCode, keyof Policy>> = {
  new_device: 'newDevice',
  new_country: 'newCountry',
  many_accounts: 'manyAccounts',
  two_networks: 'twoNetworks',
};

/** What an app makes of some findings: the strictest of their consequences, and those findings that it does not ignore. */
export function consequenceOf(
  findings: readonly Finding[],
  policy: Policy,
): { readonly consequence: AnomalyConsequence; readonly reasons: readonly Finding[] } {
  const reasons = findings.filter((finding) => consequenceOfOne(finding, policy) !== 'ignore');
  const strictness = reasons.map((reason) => ANOMALY_CONSEQUENCES.indexOf(consequenceOfOne(reason, policy)));
  return { consequence: ANOMALY_CONSEQUENCES[Math.max(0, ...strictness)]!, reasons };
}

function consequenceOfOne({ code }: Finding, policy: Policy): AnomalyConsequence {
  const setting = SETTING_OF[code];
  // A password that the user says somebody else knows is no matter of taste.
  return setting === undefined ? 'refuse' : policy[setting];
}
