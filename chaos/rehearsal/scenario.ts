import type { Stage } from './stage.ts';

/** A trouble that is made, and what has to be told of it. */
export interface Scenario {
  readonly name: string;
  /** What is wrong, as the line of a runbook would say it. */
  readonly what: string;
  /** Whether nobody is sent anything all the while. */
  readonly atRest?: true;
  /** By how much the time of the rules runs faster, where it is not what the whole run was asked to do: for alerts that wait for hours. */
  readonly factor?: number;
  /** Seconds in which nothing is wrong, before the strike; four, and a minute of the rules' time, unless told. */
  readonly calm?: number;
  /** These fire, each of them. */
  readonly must: readonly string[];
  /** These may: they are the same trouble seen from elsewhere, and whether they do hangs on the moment. No other may fire. */
  readonly may: readonly string[];
  /** Makes it, and may be at it for as long as it likes while `over` is not aborted; what it answers puts it right. */
  readonly strike: (stage: Stage, over: AbortSignal) => Promise<() => Promise<void>>;
}

/** Nothing has to be put right. */
export const asItWas = (): Promise<void> => Promise.resolve();

/** A promise of latency or of availability that burns does so in both of its speeds, one later than the other. */
export const ACCEPT_BURNS = ['AcceptAvailabilityBurnsFast', 'AcceptAvailabilityBurnsSlow'] as const;
/** Work that waits is late, and was begun late when it is over. */
export const LATE = ['WorkStartBurnsFast', 'WorkStartBurnsSlow', 'WorkOverdue'] as const;
