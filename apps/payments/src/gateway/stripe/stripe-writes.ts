import { SealBroken } from '@signalbox/credentials';
import type { Uuid } from '@signalbox/contracts';
import type Stripe from 'stripe';
import type { CallLog } from '../../read-stripe/call-log.js';
import type { AppClient, StripeClients } from '../../read-stripe/stripe-clients.js';
import { CallGuard, DEADLINES_MS } from '../call-guard.js';
import type { OperationClass } from '../gateway.js';
import { done, type GatewayOutcome } from '../outcome.js';
import { judgeWrite } from './judge-write.js';

/** A call that changes something at Stripe. */
export interface StripeWrite<Value> {
  readonly appId: Uuid;
  readonly account: string;
  readonly operation: OperationClass;
  /** Stripe carries a key out once, for a day at least (https://docs.stripe.com/api/idempotent_requests). */
  readonly key: string;
  /** For operators: `capture`, `refund`, ... */
  readonly name: string;
  readonly make: (sdk: Stripe, options: Stripe.RequestOptions) => Promise<Value>;
}

/** `replayed`: Stripe answered what it had answered before under the same key. */
export type Written<Value> = GatewayOutcome<Value> & { readonly replayed?: boolean };

const NO_KEY_MS = 60_000;

/** An answer of before that Stripe only repeats says nothing of how it is now. */
function isTrouble(written: Written<unknown>): boolean {
  if (written.replayed === true) return false;
  return written.kind === 'unknown' || (written.kind === 'not_done' && written.reason === 'no_connection');
}

/** The one way to change something at Stripe. Each call is made once, under its key. */
export class StripeWrites {
  private readonly guard: CallGuard;

  constructor(
    private readonly clients: StripeClients,
    private readonly log: CallLog,
    deadlines: Readonly<Record<OperationClass, number>> = DEADLINES_MS,
  ) {
    this.guard = new CallGuard(log.breakers, deadlines);
  }

  turnsAway(appId: Uuid, operation: OperationClass): number | undefined {
    return this.guard.turnsAway(appId, operation);
  }

  /** Never rejects for anything that Stripe does. */
  async write<Value>(write: StripeWrite<Value>): Promise<Written<Value>> {
    const asked = performance.now();
    const written = await this.attempt(write);
    const outcome = 'reason' in written ? written.reason : written.kind;
    this.log.count(write.name, outcome, performance.now() - asked, 'reason' in written);
    return written;
  }

  private async attempt<Value>({ appId, account, operation, key, make }: StripeWrite<Value>): Promise<Written<Value>> {
    const client = await this.clientOf(appId);
    if (client === undefined) return { kind: 'not_done', reason: 'no_key', retryAfterMs: NO_KEY_MS };
    const outcome = await this.guard.run<Written<Value>>(
      appId,
      operation,
      async (timeout) => {
        const options = { idempotencyKey: key, timeout, ...(account !== '' && { stripeAccount: account }) };
        try {
          return done(await make(client.sdk, options));
        } catch (error) {
          return judgeWrite(error);
        }
      },
      { kind: 'unknown', reason: 'deadline' },
      isTrouble,
    );
    return outcome.kind === 'turned_away'
      ? { kind: 'not_done', reason: outcome.reason, retryAfterMs: outcome.ms }
      : outcome;
  }

  /** Keys that cannot be opened are as good as none, until somebody brings the right master key. */
  async clientOf(appId: Uuid): Promise<AppClient | undefined> {
    try {
      return await this.clients.of(appId);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      return undefined;
    }
  }
}
