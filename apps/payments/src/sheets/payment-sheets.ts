import { type PaymentSettings, type PaymentSheet, type PaymentSheetRequest, type Uuid } from '@signalbox/contracts';
import { Problem } from '@signalbox/http';
import type { Call, PaymentGateway, PaymentState } from '../gateway/gateway.js';
import type { Candidate, Gateways } from '../gateway/gateways.js';
import { done, type GatewayOutcome, type NotDone, type Refused } from '../gateway/outcome.js';
import type { ClientKey } from '../orders/client-key.js';
import { clientKey } from '../orders/client-key.js';
import { beginning, type Operations } from '../orders/operations.js';
import { targetOf, type OrderedPayment } from '../orders/operation.js';
import { orderProblems } from '../orders/order-problems.js';
import type { Begun, Orders, OrderTerms } from '../orders/orders.js';
import { DEEP_LINK } from '../process/normalise/fields.js';
import type { Settings } from '../settings/settings.js';
import { present } from './present.js';

export interface SheetsParts {
  readonly orders: Orders;
  readonly operations: Operations;
  readonly gateways: Gateways;
  readonly settings: Settings;
}

/** A sheet, and how it came about. */
export interface Shown {
  readonly sheet: PaymentSheet;
  readonly created: boolean;
  /** The Idempotency-Key was used for it before. */
  readonly repeated: boolean;
}

/** What one request for a sheet is about. */
interface Wish {
  readonly appId: Uuid;
  readonly request: PaymentSheetRequest;
  readonly terms: OrderTerms;
  readonly key: ClientKey;
  readonly settings: PaymentSettings;
}

/** The gateway's id of who pays; undefined: nobody was named. */
interface Customer {
  readonly ref: string | undefined;
}

/** Nothing was made at a gateway that could be paid: whoever is next may try. */
type Passed = NotDone | Refused;

/**
 * Sheets for orders: the payment that a customer may pay now, made if there is none, at the first gateway that takes it. Another
 * gateway takes its place only before a sheet was shown, or after the payment of the first was proven to be over.
 */
export class PaymentSheets {
  constructor(private readonly parts: SheetsParts) {}

  /** @throws Problem */
  async show(appId: Uuid, request: PaymentSheetRequest, idempotencyKey: string | undefined): Promise<Shown> {
    const key = clientKey(appId, 'POST /v1/payment-sheets', idempotencyKey, request);
    const { orderId, amount, currency, captureMethod: capture, userId } = request;
    const settings = await this.parts.settings.needed(appId);
    const wish = { appId, request, key, settings, terms: { appId, orderId, amount, currency, capture, userId } };
    const candidates = await this.parts.gateways.candidates(
      { appId, currency, method: request.method },
      settings.routing,
    );
    if (candidates.length === 0) throw noGateway(currency, settings);
    const passed: Passed[] = [];
    for (const candidate of candidates) {
      const tried = await this.tryAt(candidate, wish);
      if ('sheet' in tried) return tried;
      passed.push(tried);
    }
    throw problemOf(passed);
  }

  private async tryAt(candidate: Candidate, wish: Wish): Promise<Shown | Passed> {
    const { gateway, livemode } = candidate;
    const place = { gateway: gateway.name, account: '', livemode };
    const begun = await beginning(() => this.parts.orders.open(wish.terms, wish.key, place));
    if (begun.kind !== 'begun') return this.again(candidate, wish, begun);
    const { payment } = begun;
    let customer: Customer | undefined;
    const { operation, outcome } = await this.parts.operations.perform(begun.operation, payment, async (at, call) => {
      // The customer first, since a payment is made for one.
      const found = await this.customerOf(at, wish);
      if (found.kind !== 'done') return found;
      customer = found.value;
      return this.open(at, call, wish, customer);
    });
    switch (outcome.kind) {
      case 'done': {
        const made = { ...payment, gatewayRef: (outcome.value as PaymentState).ref ?? null };
        // It took so long that the payment was given up meanwhile: nobody may be told of it.
        if (operation.state !== 'done') {
          await gateway.cancel({ target: targetOf(made), operation: operation.id, key: `${operation.key}-late` });
          return { kind: 'not_done', reason: 'too_late', retryAfterMs: 0 };
        }
        const shown = await this.present(made, wish, customer);
        if (shown === 'over') throw orderProblems.over(payment.id);
        return { sheet: shown, created: true, repeated: false };
      }
      case 'declined':
        throw orderProblems.declined(outcome);
      case 'refused':
      case 'not_done':
        return outcome;
      case 'unknown':
        return { kind: 'not_done', reason: outcome.reason, retryAfterMs: 0 };
    }
  }

  private open(
    gateway: PaymentGateway,
    call: Call,
    { request }: Wish,
    { ref: customer }: Customer,
  ): Promise<GatewayOutcome<PaymentState>> {
    const { orderId, userId, method, description, metadata, deepLink, setupFutureUsage } = request;
    const notes = { ...metadata, ...(deepLink !== undefined && { [DEEP_LINK]: deepLink }) };
    const of = { orderId, userId, method, description, setupFutureUsage };
    return gateway.open({ ...call, ...of, customer, metadata: notes });
  }

  /** A payment that is there already. */
  private async again(
    candidate: Candidate,
    wish: Wish,
    begun: Exclude<Begun, { kind: 'begun' }>,
  ): Promise<Shown | Passed> {
    const { payment } = begun;
    if (begun.kind === 'repeated' && begun.operation.state !== 'done') throw orderProblems.underWay();
    const repeated = begun.kind === 'repeated' || begun.repeated;
    const shown = await this.present(payment, wish);
    if (shown !== 'over' && begun.kind === 'live' && !begun.isSame) throw orderProblems.otherTerms(payment.id);
    if (shown !== 'over') return { sheet: shown, created: false, repeated };
    if (repeated) throw orderProblems.over(payment.id);
    await this.parts.orders.over(payment, wish.key);
    return this.tryAt(candidate, wish);
  }

  /** @param known the customer, where it was found out a moment ago. @throws Problem when it is paid, or when its gateway does not answer. */
  private async present(payment: OrderedPayment, wish: Wish, known?: Customer): Promise<PaymentSheet | 'over'> {
    const gateway = this.parts.gateways.named(payment.gateway);
    const customer = known === undefined ? await this.customerOf(gateway, wish) : done(known);
    if (customer.kind !== 'done') {
      const reason = 'reason' in customer ? customer.reason : customer.code;
      throw orderProblems.notDone({ reason, retryAfterMs: 'retryAfterMs' in customer ? customer.retryAfterMs : 1_000 });
    }
    const parts = await gateway.sheet({
      target: targetOf(payment),
      customer: customer.value.ref,
      ephemeralKeyVersion: wish.request.ephemeralKey?.apiVersion,
    });
    if (parts.kind === 'later') throw orderProblems.notDone(parts);
    // A gateway forgets no payment: the app's keys are those of another account.
    if (parts.kind === 'missing') throw orderProblems.notDone({ reason: 'unknown_to_gateway', retryAfterMs: 60_000 });
    switch (parts.value.state.status) {
      case 'canceled':
        return 'over';
      case 'processing':
      case 'requires_capture':
      case 'succeeded':
        throw orderProblems.paid(payment.id);
      default: {
        const { settings, terms, request } = wish;
        return present({ payment, orderId: terms.orderId, parts: parts.value, settings, platform: request.platform });
      }
    }
  }

  private async customerOf(
    gateway: PaymentGateway,
    { appId, request: { customer, userId } }: Wish,
  ): Promise<GatewayOutcome<Customer>> {
    if (customer?.id !== undefined) return done({ ref: customer.id });
    if (userId === undefined) return done({ ref: undefined });
    const { email, name, phone } = customer ?? {};
    return gateway.customer({ appId, account: '', userId, details: { email, name, phone } });
  }
}

/** Of gateways that could not, the one that can soonest; if none ever can, why the first does not. */
function problemOf(passed: readonly Passed[]): Problem {
  const [soonest] = passed
    .filter((each) => each.kind === 'not_done')
    .toSorted((one, other) => one.retryAfterMs - other.retryAfterMs);
  if (soonest !== undefined) return orderProblems.notDone(soonest);
  return orderProblems.refused(passed.find((each) => each.kind === 'refused')!);
}

function noGateway(currency: string, { routing }: PaymentSettings): Problem {
  const remedy =
    routing.length === 0
      ? 'the app has no keys of one: PUT /v1/apps/{id}/credentials/stripe'
      : 'no rule in the routing of PUT /v1/payment-settings fits, or the app has no keys of the gateways that it names';
  return new Problem({ status: 409, code: 'no_gateway', detail: `No gateway takes ${currency}: ${remedy}.` });
}
