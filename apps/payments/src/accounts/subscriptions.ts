import {
  type Page,
  type PaymentSettings,
  type Subscribed,
  type SubscriptionAnswer,
  type SubscriptionRequest,
  type SubscriptionSheet,
  type SubscriptionView,
  type Uuid,
  objectKey,
} from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import type { SubscriptionOrder, SubscriptionWish } from '../gateway/subscription-gateway.js';
import { clientKey, type ClientKey } from '../orders/client-key.js';
import { beginning } from '../orders/operations.js';
import { orderProblems } from '../orders/order-problems.js';
import type { Settings } from '../settings/settings.js';
import { presentSubscription } from '../sheets/present-subscription.js';
import type { AccountGateways, AccountPlace } from './account-gateways.js';
import { accountProblems, foundOf, valueOf } from './account-problems.js';
import type { SubscriptionBook } from './subscription-book.js';
import type { SubscriptionOperation } from './subscription-operation.js';
import type { SubscriptionPerformer } from './subscription-performer.js';
import { answerOf, viewSubscription, type SubscriptionRow } from './subscription-view.js';
import { ONE_SUBSCRIPTION, SUBSCRIPTIONS_OF_USER } from './subscription.queries.js';

const NONE = 'The app has no subscription with this id.';
/** Of one user, at most: more are no subscriptions but a fault. */
const SHOWN = 100;

export interface SubscriptionsParts {
  readonly sql: Sql;
  readonly book: SubscriptionBook;
  readonly performer: SubscriptionPerformer;
  readonly gateways: AccountGateways;
  readonly settings: Settings;
}

export interface Answered<Answer> {
  readonly answer: Answer;
  /** The Idempotency-Key was used for it before. */
  readonly repeated: boolean;
}

/**
 * Subscriptions: what callers change goes through the book to the gateway, and how they stand is read from what the process stage
 * keeps, whoever changed them.
 */
export class Subscriptions {
  constructor(private readonly parts: SubscriptionsParts) {}

  /** @throws Problem unless it was made. */
  async subscribe(
    appId: Uuid,
    request: SubscriptionRequest,
    idempotencyKey: string | undefined,
  ): Promise<Answered<Subscribed>> {
    const key = clientKey(appId, 'POST /v1/subscriptions', idempotencyKey, request);
    const place = await this.parts.gateways.billing(appId);
    const settings = await this.parts.settings.needed(appId);
    const { answer, repeated } = await this.once(appId, place, key, () => this.orderOf(appId, place, request));
    const sheet = await this.sheetOf(appId, answer.subscription.id, request, settings);
    return { answer: { ...answer, sheet }, repeated };
  }

  /** @throws Problem unless it was done. */
  async change(
    appId: Uuid,
    id: string,
    wish: SubscriptionWish,
    idempotencyKey: string | undefined,
  ): Promise<Answered<SubscriptionAnswer>> {
    const route = `POST /v1/subscriptions/:id ${wish.kind}`;
    const key = clientKey(appId, route, idempotencyKey, { id, ...wish });
    const place = await this.parts.gateways.billing(appId);
    return this.once(appId, place, key, async () => {
      const planned = foundOf(await place.subscriptions.plan({ appId, account: '', ref: id }, wish), NONE);
      if (planned.kind === 'refused') throw orderProblems.refused(planned);
      return planned.order;
    });
  }

  /** Undefined: the app has no such subscription, as far as we were told. */
  async find(appId: Uuid, id: string): Promise<SubscriptionView | undefined> {
    const { rows } = await this.parts.sql.query<SubscriptionRow>(ONE_SUBSCRIPTION, [objectKey(appId, '', id)]);
    return rows[0] && viewSubscription(rows[0]);
  }

  /** What changed last comes first. */
  async ofUser(appId: Uuid, userId: string): Promise<Page<SubscriptionView>> {
    const { rows } = await this.parts.sql.query<SubscriptionRow>(SUBSCRIPTIONS_OF_USER, [appId, userId, SHOWN]);
    return { items: rows.map(viewSubscription), next: null };
  }

  /** Makes the call that `order` says, unless the key stands for one. */
  private async once(
    appId: Uuid,
    { gateway }: Pick<AccountPlace, 'gateway'>,
    key: ClientKey,
    order: () => Promise<SubscriptionOrder>,
  ): Promise<Answered<SubscriptionAnswer>> {
    const { book, performer } = this.parts;
    const repeat = (operation: SubscriptionOperation) => ({ answer: answerOf(operation), repeated: true });
    const earlier = await beginning(() => book.earlier(key));
    if (earlier !== undefined) return repeat(earlier);
    const wanted = await order();
    const begun = await beginning(() => book.begin(appId, gateway.name, wanted, key));
    if (begun.repeated) return repeat(begun.operation);
    return { answer: answerOf(await performer.perform(begun.operation)), repeated: false };
  }

  private async orderOf(
    appId: Uuid,
    { gateway }: AccountPlace,
    request: SubscriptionRequest,
  ): Promise<SubscriptionOrder> {
    const { userId, prices: items, trialDays, paymentMethodId: method, metadata = {} } = request;
    const customer = valueOf(await gateway.customer({ appId, account: '', userId, details: {} }), NONE);
    return { kind: 'subscribe', userId, customer: customer.ref, items, trialDays, method, metadata };
  }

  private async sheetOf(
    appId: Uuid,
    ref: string,
    { ephemeralKey, platform }: SubscriptionRequest,
    settings: PaymentSettings,
  ): Promise<SubscriptionSheet | null> {
    const { subscriptions } = await this.parts.gateways.billing(appId);
    const read = await subscriptions.sheet({ appId, account: '', ref }, ephemeralKey?.apiVersion);
    if (read.kind === 'missing') throw problems.notFound(NONE);
    if (read.kind === 'later') throw accountProblems.sheetLater(read.reason);
    return read.value === undefined ? null : presentSubscription(read.value, settings, platform);
  }
}
