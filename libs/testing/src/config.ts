/** What decides how large a test is, where it has a long form by command. */
type Size =
  | 'BROADCAST_DEVICES'
  | 'FUZZ_REQUESTS'
  | 'FUZZ_SEED'
  | 'MODEL_SEQUENCES'
  | 'OUTAGE_SECONDS'
  | 'PAGES_EACH'
  | 'POLICY_USERS'
  | 'REDIS_FAILOVERS'
  | 'REFRESHES'
  | 'RETRY_AFTER_SECONDS'
  | 'REVOKED_SESSIONS'
  | 'SCHEDULED'
  | 'SLICES_KILLED'
  | 'TIMING_SAMPLES'
  | 'ZONES_EACH';

/** How large a test is that has a long form by command, and a short one in CI (CONTRIBUTING.md). */
export function sizeOfTest(variable: Size, short: number): number {
  return Number(process.env[variable] ?? short);
}
