import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from '@signalbox/database';
import type Stripe from 'stripe';
import { USER } from '../../process/normalise/fields.js';
import { KEEP_CUSTOMER } from '../../process/process.queries.js';
import type { Person } from '../account-gateway.js';
import type { CustomerCall } from '../gateway.js';
import { done, type GatewayOutcome } from '../outcome.js';
import { CUSTOMERS_OF_USER } from './customer.queries.js';
import type { StripeWrites } from './stripe-writes.js';

/** Whom Stripe has for a user: the one that counts, and whether there ever was one. */
interface Known {
  readonly ref: string | undefined;
  readonly former: readonly string[];
}

/** Which customer of Stripe's a user is: the one that we know of, or one that is made, once. */
export class StripeCustomers {
  constructor(
    private readonly sql: Sql,
    private readonly writes: StripeWrites,
  ) {}

  async known({ appId, account, userId }: Person): Promise<Known> {
    const { rows } = await this.sql.query<{ ref: string; deleted: boolean }>(CUSTOMERS_OF_USER, [
      appId,
      account,
      userId,
    ]);
    const former = rows.filter(({ deleted }) => deleted).map(({ ref }) => ref);
    return { ref: rows.find(({ deleted }) => !deleted)?.ref, former };
  }

  async of(call: CustomerCall): Promise<GatewayOutcome<{ readonly ref: string }>> {
    const { ref, former } = await this.known(call);
    if (ref !== undefined) return done({ ref });
    const made = await this.make(call, former);
    return made.kind === 'done' ? done({ ref: made.value.id }) : made;
  }

  /** @param former those that Stripe has no more: it must not answer with one of them. */
  async make(
    { appId, account, userId, details }: CustomerCall,
    former: readonly string[],
  ): Promise<GatewayOutcome<Stripe.Customer>> {
    // Stripe takes a key with other parameters for a mistake: whoever tells other details makes another call.
    const given = JSON.parse(JSON.stringify(details)) as Record<string, string>;
    const name = [appId, account, userId, JSON.stringify(given), ...[...former].sort()].join('\n');
    const create = (key: string) =>
      this.writes.write({
        ...{ appId, account, operation: 'open', key, name: 'customer' },
        make: (sdk, options): Promise<Stripe.Customer> =>
          sdk.customers.create({ ...given, metadata: { [USER]: userId } }, options),
      });
    const first = await create(`sbx-cus-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`);
    // Stripe only repeats that it does not know: one customer too many does no harm, none for a day would.
    const made = first.kind === 'unknown' && first.replayed === true ? await create(randomUUID()) : first;
    if (made.kind === 'done') await this.sql.query(KEEP_CUSTOMER, [appId, account, made.value.id, userId, false]);
    return made;
  }

  /** Stripe has this one no more. */
  async gone({ appId, account, userId }: Person, ref: string): Promise<void> {
    await this.sql.query(KEEP_CUSTOMER, [appId, account, ref, userId, true]);
  }
}
