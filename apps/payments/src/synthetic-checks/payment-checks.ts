import type { Database } from '@signalbox/database';
import { SyntheticChecks, type CheckEnd, type DueCheck, worstOf } from '@signalbox/synthetic-checks';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { type CredentialChecks, GATEWAYS } from '../credential-checks/credential-checks.js';

export interface PaymentChecksParts {
  readonly database: Database;
  readonly credentialChecks: CredentialChecks;
  /** Undefined: they are off. */
  readonly everySeconds: number | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What says that no call was made, for our own reasons: nothing is learned of the gateway by it. */
const NOT_ASKED: ReadonlySet<string> = new Set(['all_slots_taken', 'rate_budget', 'breaker_open']);
const SOON_MS = 10_000;
/** When an app's keys are gone by the time they are tried. Milliseconds. */
const LATER_MS = 60_000;

/**
 * Reads with each app's keys by the clock. The reads go through the app's own breaker and slots, as those of a payment do, and count there:
 * one that fails is a failure in a row, and the first after a breaker's pause is its trial. None where checks are off.
 */
export function paymentChecks(parts: PaymentChecksParts): readonly SyntheticChecks[] {
  const { credentialChecks, everySeconds, ...rest } = parts;
  if (everySeconds === undefined) return [];
  const check = async ({ appId, provider }: DueCheck): Promise<CheckEnd> => {
    const gateway = GATEWAYS.find((each) => each === provider);
    const found = gateway === undefined ? [] : await credentialChecks.of(appId, gateway);
    const tried = worstOf(found);
    if (tried !== undefined && NOT_ASKED.has(tried.said)) return { kind: 'postponed', ms: SOON_MS, reason: tried.said };
    return tried === undefined
      ? { kind: 'postponed', ms: LATER_MS, reason: 'no_credential' }
      : { kind: 'tried', tried };
  };
  return [new SyntheticChecks({ ...rest, providers: GATEWAYS, everySeconds, check })];
}
