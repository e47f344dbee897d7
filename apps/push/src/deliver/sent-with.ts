import type { GuardedCredential } from '../deletion-guards/sent-counts.js';
import type { Settlement } from './settlement.js';

/** How many of these were sent, by the credential they were sent with, as its deletion guard counts them. */
export function sentWith(settlements: readonly Settlement[]): (GuardedCredential & { readonly sent: number })[] {
  const sent = settlements.filter((each) => each.state === 'sent' && !each.stranger);
  return [...Map.groupBy(sent, (each) => each.progress.work.credentialId!)].map(([credentialId, all]) => {
    const { provider, progress } = all[0]!;
    return { credentialId, appId: progress.work.appId!, provider, sent: all.length };
  });
}
