import { formatId } from '@signalbox/contracts';
import { SealBroken } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { Chore, inTime } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { CheckGauges } from './check-gauges.js';
import type { CheckEnd, DueCheck } from './check-end.js';
import { type CredentialProvider, KEEP_RESULT, POSTPONE, TAKE_DUE, type TakenRow } from './check.queries.js';

/** Between two looks whether a check is due. Milliseconds. */
const LOOK_MS = 5_000;
/** Checks of a process under way at once. */
const AT_ONCE = 4;
/** Longer than any call of a check, and shorter than its lease. Milliseconds. */
const DEADLINE_MS = 30_000;
const LEASE_MS = 60_000;
/** What a check under way has left when its process stops; then it is another's turn. Milliseconds. */
const GRACE_MS = 2_000;
/** What failed here, or finds no credential any more, is tried again after this long. Milliseconds. */
const AFTER_FAULT_MS = 60_000;

export interface SyntheticChecksOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Whose credentials this process tries: the providers that it speaks to. */
  readonly providers: readonly CredentialProvider[];
  /** From one check of a credential to the next, on average: each waits between half and one and a half of it. Seconds. */
  readonly everySeconds: number;
  readonly check: (due: DueCheck) => Promise<CheckEnd>;
}

/**
 * Tries every credential with its provider again and again. A row with a lease says whose turn it is, so that however many processes
 * there are, a provider hears of each credential once in a while; who dies with a lease leaves it for a minute.
 */
export class SyntheticChecks {
  private readonly gauges: CheckGauges;
  private readonly chore = new Chore(LOOK_MS, (signal) => this.round(signal));

  constructor(private readonly options: SyntheticChecksOptions) {
    this.gauges = new CheckGauges(options.metrics, options.providers);
  }

  start(): void {
    this.chore.start();
  }

  /** Resolves when the checks under way have ended, or have had two more seconds: those are another process's then. */
  stop(): Promise<void> {
    return this.chore.stop();
  }

  /** Makes the checks that are due, a few at once. One that takes long, or stands still, is told of while it does. */
  private async round(signal: AbortSignal): Promise<void> {
    const meanwhile = setInterval(() => void this.tell(), LOOK_MS);
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.untilNoneIsDue(signal)));
    } catch (error) {
      this.options.logger.debug({ err: error }, 'synthetic checks could not be looked at');
    } finally {
      clearInterval(meanwhile);
    }
    await this.tell();
  }

  private async tell(): Promise<void> {
    const { database, logger } = this.options;
    try {
      await this.gauges.sample(database);
    } catch (error) {
      logger.debug({ err: error }, 'how synthetic checks stand could not be read');
    }
  }

  private async untilNoneIsDue(signal: AbortSignal): Promise<void> {
    const { database, providers } = this.options;
    while (!signal.aborted) {
      const { rows } = await database.query<TakenRow>(TAKE_DUE, [providers, LEASE_MS]);
      if (rows[0] === undefined) return;
      await this.make(rows[0], signal);
    }
  }

  private async make(taken: TakenRow, signal: AbortSignal): Promise<void> {
    const { database, logger, check } = this.options;
    const { credentialId, provider, lease } = taken;
    const startedAt = performance.now();
    const end = await unlessStopped(inTime(settled(check(taken)), DEADLINE_MS, TOO_LATE), signal);
    const milliseconds = Math.round(performance.now() - startedAt);
    if (end.kind === 'postponed') {
      await database.query(POSTPONE, [credentialId, lease, end.ms]);
      return;
    }
    if (end.kind === 'failed') {
      logger.warn({ err: end.error, provider }, 'a synthetic check failed here, and says nothing of the provider');
      await database.query(POSTPONE, [credentialId, lease, AFTER_FAULT_MS]);
      return;
    }
    const { tried } = end;
    this.gauges.took(provider, milliseconds);
    const result = JSON.stringify({ at: new Date().toISOString(), milliseconds, ...tried });
    await database.query(KEEP_RESULT, [credentialId, lease, this.untilNext(), tried.verdict, result]);
    // What the provider said is on the console: it may name people, and a line of the log may not.
    const line = { provider, credential: formatId('credential', credentialId), milliseconds, outcome: tried.verdict };
    if (tried.verdict === 'works') logger.debug(line, 'synthetic check');
    else logger.warn(line, 'a synthetic check found something');
  }

  private untilNext(): number {
    return this.options.everySeconds * 1_000 * (0.5 + Math.random());
  }
}

const TOO_LATE: CheckEnd = {
  kind: 'tried',
  tried: { of: 'the way to the provider', verdict: 'unreachable', said: `nothing for ${DEADLINE_MS / 1_000} s` },
};

const STOPPED: CheckEnd = { kind: 'postponed', ms: 0, reason: 'stopping' };

/** A provider that hangs does not keep a process from stopping. */
async function unlessStopped<End>(work: Promise<End>, signal: AbortSignal): Promise<End | CheckEnd> {
  const stopped = Promise.withResolvers<CheckEnd>();
  const afterGrace = () => void setTimeout(stopped.resolve, GRACE_MS, STOPPED);
  if (signal.aborted) afterGrace();
  else signal.addEventListener('abort', afterGrace, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', afterGrace);
  }
}

/** What failed in this process is told apart from what the provider said. */
async function settled(checked: Promise<CheckEnd>): Promise<CheckEnd | { kind: 'failed'; error: unknown }> {
  try {
    return await checked;
  } catch (error) {
    if (!(error instanceof SealBroken)) return { kind: 'failed', error };
    const said = 'it cannot be opened with this MASTER_KEY';
    return { kind: 'tried', tried: { of: 'its seal', verdict: 'unreadable', said } };
  }
}
