/** How large a test is that has a long form by command, and a short one in CI. */
export function sizeOfTest(variable: 'MODEL_SEQUENCES' | 'OUTAGE_SECONDS' | 'REFRESHES', short: number): number {
  return Number(process.env[variable] ?? short);
}
