import type { CredentialVerdict, SyntheticCheckResult, Uuid } from '@signalbox/contracts';
import type { CredentialProvider } from './check.queries.js';

/** A credential that is to be tried now, by this process and no other. */
export interface DueCheck {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: CredentialProvider;
  /** What an operator named to send to; null: nothing is sent to anybody. */
  readonly deviceId: Uuid | null;
}

export type Tried = Omit<SyntheticCheckResult, 'at' | 'milliseconds'>;

/** What came of it; or that it is no time to try: a hold, or a pause that the provider asked for. */
export type CheckEnd =
  | { readonly kind: 'tried'; readonly tried: Tried }
  | { readonly kind: 'postponed'; readonly ms: number; readonly reason: string };

/** The worse, the further to the right. What could not be asked says less than a refusal. */
const FROM_GOOD_TO_BAD: readonly CredentialVerdict[] = ['works', 'limited', 'unreachable', 'refused', 'unreadable'];

/** Of several tries of one credential (an environment and bundle id each) the one that somebody has to look at. */
export function worstOf(tries: readonly Tried[]): Tried | undefined {
  const [worst] = tries.toSorted((a, b) => FROM_GOOD_TO_BAD.indexOf(b.verdict) - FROM_GOOD_TO_BAD.indexOf(a.verdict));
  if (worst === undefined) return undefined;
  const { of, verdict, said, remedy } = worst;
  return { of, verdict, said, ...(remedy !== undefined && { remedy }) };
}
