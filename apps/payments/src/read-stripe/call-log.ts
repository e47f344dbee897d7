import type { Uuid } from '@signalbox/contracts';
import { atMostOnceAMinute, type Logger, type Metrics, tellSpan } from '@signalbox/telemetry';
import type { BreakerWatch, GatewayBreakers } from '../limits/gateway-breakers.js';

/** A call that a person has to look at. */
interface Alarm {
  readonly appId: Uuid;
  readonly account: string;
  readonly endpoint: string;
  readonly reason: string;
}

/** What calls of Stripe's API come to, for operators. */
export class CallLog {
  private readonly calls;
  /** Is to be told how breakers stand. */
  readonly breakers: BreakerWatch;
  private readonly keysRefused;
  private readonly alarm;

  constructor(logger: Logger, metrics: Metrics, breakers: GatewayBreakers) {
    this.calls = metrics.counter(
      'stripe_calls_total',
      'Calls of the Stripe API, made or not, by endpoint and what they came to',
      ['endpoint', 'outcome'],
    );
    this.calls.inc({ endpoint: 'none', outcome: 'status_401' }, 0);
    // Stripe may name a reason beside the 401, so the outcomes of one refusal are several.
    this.keysRefused = metrics.counter(
      'stripe_keys_refused_total',
      'Calls for which Stripe took the keys of an app no more',
    );
    const opened = metrics.counter('stripe_breaker_opened_total', 'Times that Stripe was found not to answer an app');
    this.breakers = breakers.watch('stripe', () => opened.inc());
    this.alarm = atMostOnceAMinute(({ reason, ...call }: Alarm, keptBack) =>
      logger.error(
        { ...call, reason, keptBack },
        'Stripe cannot be asked: check the keys of the app (PUT /v1/apps/{id}/credentials/stripe) and what they may read',
      ),
    );
  }

  /** A call has ended, with this outcome and after so many milliseconds. */
  count(endpoint: string, outcome: string, milliseconds: number, hasFailed: boolean): void {
    this.calls.inc({ endpoint, outcome });
    if (outcome.startsWith('status_401')) this.keysRefused.inc();
    const facts = { 'signalbox.call': endpoint, 'signalbox.outcome': outcome };
    tellSpan({ name: 'call stripe', kind: 'call', facts }, milliseconds, hasFailed ? outcome : undefined);
  }

  /** Said once a minute, however often it happens; the counter has the number. */
  refused(alarm: Alarm): void {
    this.alarm(alarm);
  }
}
