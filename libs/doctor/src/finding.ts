/** What is looked at, in the order it is told. Closed: whoever adds one adds its file and its line in docs/doctor.md. */
export const CHECKS = [
  'services',
  'configuration',
  'clocks',
  'postgres',
  'migrations',
  'partitions',
  'feed',
  'invariants',
  'queues',
  'work',
  'holds',
  'dead letters',
  'deletion guards',
  'payments',
  'stripe',
  'webhooks',
  'secrets',
  'credentials',
  'phones',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** Pages of docs/runbooks that a finding may send its reader to. */
export type Runbook =
  | 'apns-refuses.md'
  | 'dead-letters.md'
  | 'devices-deleted.md'
  | 'outcome-unknown.md'
  | 'postgres-down.md'
  | 'redis-lost.md'
  | 'restore.md';

/** What to do, in one sentence, and where it is told at length. */
export interface Remedy {
  readonly remedy: string;
  readonly runbook?: Runbook;
}

/**
 * One line of the answer. `seen` is what was there to see; whatever is not in order says what to do about it, and what was not
 * looked at says how it can be.
 */
export type Finding = { readonly check: CheckName; readonly seen: string } & (
  { readonly state: 'ok' } | ({ readonly state: 'warning' | 'wrong' | 'not checked' } & Remedy)
);
export type FindingState = Finding['state'];

/** How a check makes its findings, so that its name is said once. */
export interface Teller {
  ok(seen: string): Finding;
  warning(seen: string, remedy: string, runbook?: Runbook): Finding;
  wrong(seen: string, remedy: string, runbook?: Runbook): Finding;
  notChecked(seen: string, remedy: string, runbook?: Runbook): Finding;
}

export function teller(check: CheckName): Teller {
  const told =
    (state: Exclude<FindingState, 'ok'>) =>
    (seen: string, remedy: string, runbook?: Runbook): Finding => ({
      check,
      state,
      seen,
      remedy,
      ...(runbook !== undefined && { runbook }),
    });
  return {
    ok: (seen) => ({ check, state: 'ok', seen }),
    warning: told('warning'),
    wrong: told('wrong'),
    notChecked: told('not checked'),
  };
}

/** In the order of CHECKS; of one check as they were told. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => CHECKS.indexOf(one.check) - CHECKS.indexOf(other.check));
}
