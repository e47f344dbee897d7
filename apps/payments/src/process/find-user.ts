import { objectKey } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Kind, Links } from './kinds.js';
import { UnknownShape } from './normalise/unknown-shape.js';
import type { ObjectRef } from './object-ref.js';
import { normalise } from './observe.js';
import { CUSTOMER_USER, KEEP_CUSTOMER, STATE } from './process.queries.js';
import type { State } from './states/state.js';
import type { StripeReader } from './stripe-reader.js';

/** Stripe does not answer now; the user may be known later. */
export interface NotNow {
  readonly later: number;
  readonly reason: string;
}

/** What is known of a user; undefined: nobody says who it is. */
type Found = string | undefined;

/**
 * Finds out which of the app's users an object concerns: its own metadata say it, else its customer, else the payment that it
 * belongs to. A customer that we never heard of is asked of Stripe, once: apps had customers before they had us.
 */
export class UserFinder {
  constructor(
    private readonly sql: Sql,
    private readonly reader: StripeReader,
  ) {}

  async find(object: ObjectRef, links: Links, payment?: string): Promise<Found | NotNow> {
    if (links.userId !== undefined) return links.userId;
    if (links.customer !== undefined) return this.userOfCustomer(object, links.customer);
    return payment === undefined ? undefined : this.userOfPayment(object, payment);
  }

  private async userOfCustomer(object: ObjectRef, customer: string): Promise<Found | NotNow> {
    const { appId, account } = object;
    const { rows } = await this.sql.query<{ userId: string }>(CUSTOMER_USER, [appId, account, customer]);
    if (rows[0] !== undefined) return rows[0].userId === '' ? undefined : rows[0].userId;
    const answer = await this.ask(object, 'customer', customer);
    if ('later' in answer) return answer;
    await keepCustomer(this.sql, object, customer, answer.links.userId);
    return answer.links.userId;
  }

  private async userOfPayment(object: ObjectRef, paymentIntent: string): Promise<Found | NotNow> {
    const { appId, account } = object;
    const { rows } = await this.sql.query<{ state: Partial<State> }>(STATE, [objectKey(appId, account, paymentIntent)]);
    const known = rows[0]?.state.now as Links | undefined;
    if (known !== undefined) return this.find(object, { userId: known.userId, customer: known.customer });
    const answer = await this.ask(object, 'payment_intent', paymentIntent);
    if ('later' in answer) return answer;
    return this.find(object, { userId: answer.links.userId, customer: answer.links.customer });
  }

  /** What Stripe says of an object's links; one that is gone, or in no shape that we know, has none. */
  private async ask(
    object: ObjectRef,
    objectType: Kind,
    objectId: string,
  ): Promise<{ readonly links: Links } | NotNow> {
    const { appId, account, livemode } = object;
    const answer = await this.reader.read({ appId, account, livemode, objectType, objectId });
    switch (answer.kind) {
      case 'gone':
        return { links: {} };
      case 'later':
        return { later: answer.ms, reason: answer.reason };
      case 'found':
        try {
          return { links: normalise(objectType, answer.object, answer.apiVersion) };
        } catch (error) {
          if (error instanceof UnknownShape) return { links: {} };
          throw error;
        }
    }
  }
}

/** Keeps whose a customer is. Who was named once stays named, and nobody is named by an empty answer. */
export async function keepCustomer(
  sql: Sql,
  { appId, account }: ObjectRef,
  customer: string,
  userId: string | undefined,
  isDeleted = false,
): Promise<void> {
  await sql.query(KEEP_CUSTOMER, [appId, account, customer, userId ?? '', isDeleted]);
}
