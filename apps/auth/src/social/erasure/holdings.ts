import { type Holding, rowsHolding } from '@signalbox/personal-data';
import { ownId } from '../../personal-data/own-id.js';
import type { ProviderRevocation } from '../revoke/provider-revocation.js';
import { COLLECT_IDENTITIES, ERASE_IDENTITIES, ERASE_WISHES } from './holdings.queries.js';

const RETRY_MS = 60_000;
/** A provider that takes nothing back for so long keeps nobody's data here any longer. Milliseconds. */
const GIVEN_UP_AFTER = 7 * 24 * 3_600_000;

/** What is kept of who a user is elsewhere. The providers are told before, since telling them takes the tokens that are erased. */
export function socialHoldings(revocation: ProviderRevocation): readonly Holding[] {
  const identities: Holding = {
    ...rowsHolding({ name: 'identities', erase: ERASE_IDENTITIES, collect: COLLECT_IDENTITIES, by: ownId }),
    async tellOthers(person) {
      const userId = ownId(person);
      if (userId === undefined) return { end: 'done' };
      const revoked = await revocation.revokeAtProvider(userId);
      const isLate = Date.now() - person.requestedAt.getTime() > GIVEN_UP_AFTER;
      if (revoked.end === 'done' || isLate) return { end: 'done', counts: { 'sign-in providers told': revoked.told } };
      return { end: 'later', afterMs: RETRY_MS, reason: 'sign_in_provider_in_trouble' };
    },
  };
  return [identities, rowsHolding({ name: 'wished identities', erase: ERASE_WISHES, by: ownId })];
}
