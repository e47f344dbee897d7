import { formatId, LANES, type Lane, LATENCY_BOUNDS, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import { isTracing, type Logger, type Metrics, traceIdOf } from '@signalbox/telemetry';
import type { Figures } from '../figures/figures.js';
import { PROVIDERS } from '../providers/push-provider.js';
import type { SendItem } from '../work/push-work.js';
import { alarmLabel } from './alarm-label.js';
import { loggedReason } from './logged-reason.js';
import type { ToldAttempt } from './told-attempt.js';
import { traceAttempt } from './trace-attempt.js';

/** One wide log line, one count and, where somebody traces, one span per attempt. No token, no content. */
export class AttemptLog {
  private readonly attempts;
  private readonly alarms;
  private readonly seconds;
  private readonly retriesPostponed;
  private readonly breakersOpened;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
    private readonly figures: Figures,
  ) {
    this.attempts = metrics.counter('provider_requests_total', 'Attempts by their outcome', [
      'provider',
      'outcome',
      'lane',
    ]);
    this.alarms = metrics.counter('provider_alarms_total', 'Answers that a person has to look at', [
      'provider',
      'reason',
    ]);
    this.retriesPostponed = metrics.counter(
      'provider_retries_postponed_total',
      'Retries that waited because a tenth of the calls were retries already',
      ['provider', 'lane'],
    );
    this.breakersOpened = metrics.counter('breaker_opened_total', 'Breakers that opened: a provider does not answer', [
      'provider',
    ]);
    this.seconds = metrics.histogram(
      'provider_request_seconds',
      'From begin to outcome of an attempt',
      [...LATENCY_BOUNDS],
      ['provider'],
    );
    // What has not happened yet is at zero: otherwise the first time would be no growth.
    for (const provider of PROVIDERS) {
      this.alarms.inc({ provider, reason: 'none' }, 0);
      this.breakersOpened.inc({ provider }, 0);
      this.seconds.zero({ provider });
      for (const lane of LANES) this.retriesPostponed.inc({ provider, lane }, 0);
    }
  }

  /** A breaker opened: the provider, or one of a browser's push services, does not answer with this credential. */
  breakerOpened(provider: Provider, credential: Uuid): void {
    this.breakersOpened.inc({ provider });
    const credentialId = formatId('credential', credential);
    this.logger.warn(
      { provider, credential: credentialId },
      'the provider does not answer; what goes to it with this credential waits',
    );
  }

  /** A retry that the budget had no room for. */
  postponed(provider: Provider, lane: Lane): void {
    this.retriesPostponed.inc({ provider, lane });
  }

  /** An exception came out of an attempt, a fault of ours. Where, and not its text: that may hold a token or content. */
  failedHere(provider: Provider, item: SendItem, exception: string, stack = ''): void {
    const at = stack.split('\n').flatMap((line) => /^ +at (.*)/.exec(line)?.[1] ?? []);
    const notification = formatId('notification', item.n);
    const line = { provider, notification, delivery: formatId('delivery', item.d), exception, at };
    this.logger.error(line, 'an attempt ended with an exception, and is tried again where that is allowed');
  }

  tell(attempt: ToldAttempt): void {
    const { provider, message, outcome, milliseconds } = attempt;
    const { priority: lane } = message.options;
    this.attempts.inc({ provider, outcome: outcome.kind, lane });
    const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
    if (outcome.alarm) this.alarms.inc({ provider, reason: alarmLabel(reason) });
    this.seconds.observe({ provider }, milliseconds / 1_000);
    this.figures.attempted(provider, lane, outcome.kind, milliseconds);
    if (isTracing()) traceAttempt(attempt);
    const level = outcome.alarm ? 'warn' : outcome.kind === 'sent' ? 'debug' : 'info';
    // Three ids would be spelled for a line that is thrown away.
    if (!this.logger.isLevelEnabled(level)) return;
    this.logger[level](lineOf(attempt, reason), outcome.alarm ? 'attempt: someone has to look at this' : 'attempt');
  }
}

function lineOf({ provider, item, message, outcome, milliseconds, queuedMs, trace }: ToldAttempt, reason: string) {
  const requestTrace = traceIdOf(trace);
  return {
    provider,
    notification: formatId('notification', item.n),
    delivery: formatId('delivery', item.d),
    device: formatId('device', item.v),
    attempt: item.a,
    lane: message.options.priority,
    outcome: outcome.kind,
    reason: loggedReason(reason),
    milliseconds: Math.round(milliseconds),
    queuedMs: Math.max(0, Math.round(queuedMs)),
    ageMs: Date.now() - timeOfUuid(item.n),
    ...(requestTrace !== undefined && { requestTrace }),
  };
}
