import { formatId } from '@signalbox/contracts';
import { isTracing, type Logger, type Metrics, tellSpan } from '@signalbox/telemetry';
import type { EndpointToPostTo, LoadedItem } from './load-work.js';
import type { Outcome } from './outcome.js';

/** One wide log line and one count per attempt. No URL (it may hold a secret), no body. */
export class AttemptLog {
  private readonly attempts;
  private readonly seconds;

  constructor(
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter('webhook_attempts_total', 'Attempts at webhook deliveries by their outcome', [
      'outcome',
    ]);
    this.seconds = metrics.histogram(
      'webhook_attempt_seconds',
      'From the look-up of the name to the end of the answer',
      [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    );
  }

  tell({ id, appId }: EndpointToPostTo, { item, event }: LoadedItem, outcome: Outcome, milliseconds: number): void {
    this.attempts.inc({ outcome: outcome.kind });
    this.seconds.observe(milliseconds / 1_000);
    if (isTracing()) traceAttempt(item, event, outcome, milliseconds);
    const line = {
      app: formatId('app', appId),
      endpoint: formatId('webhookEndpoint', id),
      delivery: formatId('webhookDelivery', item.d),
      event: event?.id,
      attempt: item.a,
      outcome: outcome.kind,
      status: outcome.status,
      error: outcome.error,
      milliseconds,
    };
    if (outcome.isDelivered) this.logger.debug(line, 'webhook attempt');
    else this.logger.info(line, 'webhook attempt');
  }
}

/** Within the span of the work row, and linked to the request that made the event, where the event names it. */
function traceAttempt(
  item: LoadedItem['item'],
  event: LoadedItem['event'],
  outcome: Outcome,
  milliseconds: number,
): void {
  const trace = event?.data['trace'];
  const facts = {
    'signalbox.delivery': formatId('webhookDelivery', item.d),
    'signalbox.attempt': item.a,
    'signalbox.outcome': outcome.kind,
  };
  const links = typeof trace === 'string' ? [trace] : [];
  tellSpan(
    { name: 'send webhook', kind: 'call', facts, links },
    milliseconds,
    outcome.isDelivered ? undefined : outcome.kind,
  );
}
