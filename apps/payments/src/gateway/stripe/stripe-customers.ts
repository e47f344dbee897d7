import { createHash } from 'node:crypto';
import type { Sql } from '@signalbox/database';
import { USER } from '../../process/normalise/fields.js';
import { KEEP_CUSTOMER } from '../../process/process.queries.js';
import type { CustomerCall } from '../gateway.js';
import { done, type GatewayOutcome } from '../outcome.js';
import { CUSTOMER_OF_USER } from './customer.queries.js';
import type { StripeWrites } from './stripe-writes.js';

/** Which customer of Stripe's a user is: the one that we know of, or one that is made, once. */
export class StripeCustomers {
  constructor(
    private readonly sql: Sql,
    private readonly writes: StripeWrites,
  ) {}

  async of({ appId, account, userId, details }: CustomerCall): Promise<GatewayOutcome<{ readonly ref: string }>> {
    const { rows } = await this.sql.query<{ ref: string }>(CUSTOMER_OF_USER, [appId, account, userId]);
    if (rows[0] !== undefined) return done(rows[0]);
    // Stripe takes a key with other parameters for a mistake: whoever tells other details makes another call.
    const given = JSON.parse(JSON.stringify(details)) as Record<string, string>;
    const name = [appId, account, userId, JSON.stringify(given)].join('\n');
    const made = await this.writes.write({
      appId,
      account,
      operation: 'open',
      key: `sbx-cus-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`,
      name: 'customer',
      make: async (sdk, options) => ({
        ref: (await sdk.customers.create({ ...given, metadata: { [USER]: userId } }, options)).id,
      }),
    });
    if (made.kind === 'done') await this.sql.query(KEEP_CUSTOMER, [appId, account, made.value.ref, userId]);
    return made;
  }
}
