import type { Uuid } from '@signalbox/contracts';
import { atMostOnceAMinute, type Logger, type Metrics, tellSpan } from '@signalbox/telemetry';
import type { BreakerWatch, GatewayBreakers } from '../../limits/gateway-breakers.js';

/** What calls of Braintree's API come to, for operators. */
export class BraintreeCallLog {
  private readonly calls;
  /** Is to be told how breakers stand. */
  readonly breakers: BreakerWatch;
  private readonly alarm;

  constructor(logger: Logger, metrics: Metrics, breakers: GatewayBreakers) {
    this.calls = metrics.counter(
      'braintree_calls_total',
      'Calls of the Braintree API, made or not, by name and what they came to',
      ['call', 'outcome'],
    );
    const opened = metrics.counter(
      'braintree_breaker_opened_total',
      'Times that Braintree was found not to answer an app',
    );
    this.breakers = breakers.watch('braintree', () => opened.inc());
    this.alarm = atMostOnceAMinute((told: { appId: Uuid; call: string; reason: string }, keptBack) =>
      logger.error(
        { ...told, keptBack },
        'Braintree cannot be asked: check the keys of the app (PUT /v1/apps/{id}/credentials/braintree)',
      ),
    );
  }

  /** A call has ended, with this outcome and after so many milliseconds. */
  count(call: string, outcome: string, milliseconds: number, hasFailed: boolean): void {
    this.calls.inc({ call, outcome });
    const facts = { 'signalbox.call': call, 'signalbox.outcome': outcome };
    tellSpan({ name: 'call braintree', kind: 'call', facts }, milliseconds, hasFailed ? outcome : undefined);
  }

  /** Said once a minute, however often it happens; the counter has the number. */
  needsAPerson(appId: Uuid, call: string, reason: string): void {
    this.alarm({ appId, call, reason });
  }
}
