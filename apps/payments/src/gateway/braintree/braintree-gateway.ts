import type { Uuid } from '@signalbox/contracts';
import type { AccountOutcome, Person } from '../account-gateway.js';
import {
  CLASS_OF,
  type CancelCall,
  type CaptureCall,
  type ChargeCall,
  type CustomerCall,
  type OpenCall,
  type OperationClass,
  type OperationKind,
  type PaymentGateway,
  type PaymentState,
  type PaymentTarget,
  type RefundCall,
  type RefundState,
  type SheetCall,
  type SheetParts,
  type Unsettled,
} from '../gateway.js';
import { done, type GatewayOutcome, type ReadOutcome, type Refused, type Settlement } from '../outcome.js';
import { toDecimal } from './amount.js';
import { NO_KEY_MS, type BraintreeCalls } from './braintree-calls.js';
import type { AppClient } from './braintree-clients.js';
import type { BraintreeSdk, SaleRequest } from './braintree-sdk.js';
import { customerOf, forgetCustomer } from './customers.js';
import { readAnswer } from './read-answer.js';
import { refundOrVoid } from './refund.js';
import { settleAtBraintree } from './settle.js';
import { braintreeSheet } from './sheet.js';
import { NOTHING_YET, stateOfSale } from './transaction-state.js';
import { isTooLate, TOO_LATE } from './too-late.js';
import { orderIdOf, Transactions } from './transactions.js';

/** Braintree's words for a call that the transaction's state does not allow. */
const NOT_AUTHORIZED = '91507';
const CANNOT_BE_VOIDED = '91504';

/**
 * Braintree behind the port: a payment is a transaction, which comes into being with its charge. The app's SDK makes a nonce of what
 * the customer enters, and we charge it.
 */
export class BraintreeGateway implements PaymentGateway {
  readonly name = 'braintree';
  private readonly transactions: Transactions;

  constructor(private readonly calls: BraintreeCalls) {
    this.transactions = new Transactions(calls);
  }

  modeOf(appId: Uuid): Promise<{ readonly livemode: boolean } | undefined> {
    return this.calls.clientOf(appId);
  }

  turnsAway(appId: Uuid, operation: OperationClass): number | undefined {
    return this.calls.turnsAway(appId, operation);
  }

  /** Nothing is made: Braintree hears of a payment when it is charged. What could not be charged is refused before anybody sees a sheet. */
  async open({ target }: OpenCall): Promise<GatewayOutcome<PaymentState>> {
    const client = await this.calls.clientOf(target.appId);
    if (client === undefined) return { kind: 'not_done', reason: 'no_key', retryAfterMs: NO_KEY_MS };
    const money = moneyOf(target, client);
    return 'kind' in money ? money : done(NOTHING_YET);
  }

  async charge(call: ChargeCall): Promise<GatewayOutcome<PaymentState>> {
    // One payment is one transaction: a second sale would take the money twice.
    if (call.target.ref !== undefined)
      return refused('already_charged', 'The payment has a transaction at Braintree already.');
    if (isTooLate(call)) return TOO_LATE;
    return this.write(call, 'charge', (client) => {
      const request = saleOf(call, client);
      return 'kind' in request ? request : client.sdk.transaction.sale(request);
    });
  }

  async capture(call: CaptureCall): Promise<GatewayOutcome<PaymentState>> {
    const { target, amount } = call;
    if (target.ref === undefined) return refused('not_charged', 'Nothing is reserved: the payment was not charged.');
    const { ref } = target;
    const decimal = amount === undefined ? undefined : toDecimal(amount, target.currency);
    if (amount !== undefined && decimal === undefined) return unknownAmount(target.currency);
    const outcome = await this.write(call, 'capture', ({ sdk }) => sdk.transaction.submitForSettlement(ref, decimal));
    return this.orAlready(target, 'succeeded', NOT_AUTHORIZED, outcome);
  }

  /** Without a transaction there is nothing to cancel: a sale is made by us alone, and under the order's fence. */
  async cancel(call: CancelCall): Promise<GatewayOutcome<PaymentState>> {
    const { target } = call;
    if (target.ref === undefined) return done({ ...NOTHING_YET, status: 'canceled' });
    const { ref } = target;
    const outcome = await this.write(call, 'cancel', ({ sdk }) => sdk.transaction.void(ref));
    return this.orAlready(target, 'canceled', CANNOT_BE_VOIDED, outcome);
  }

  refund(call: RefundCall): Promise<GatewayOutcome<RefundState>> {
    return refundOrVoid(call, this.calls, this.transactions);
  }

  async read(target: PaymentTarget): Promise<ReadOutcome<PaymentState>> {
    const read = await this.transactions.of(target);
    return read.kind === 'found' ? { kind: 'found', value: stateOfSale(read.value) } : read;
  }

  sheet(call: SheetCall): Promise<ReadOutcome<SheetParts>> {
    return braintreeSheet(call, this.calls, this.transactions);
  }

  customer(call: CustomerCall): Promise<GatewayOutcome<{ readonly ref: string }>> {
    return customerOf(call, this.calls);
  }

  forget(person: Person): Promise<AccountOutcome<null>> {
    return forgetCustomer(person, this.calls);
  }

  settle(operation: Unsettled): Promise<Settlement<PaymentState | RefundState>> {
    return settleAtBraintree(operation, this.transactions, this);
  }

  private write(
    { target }: { readonly target: PaymentTarget },
    kind: OperationKind,
    make: (client: AppClient) => Refused | ReturnType<BraintreeSdk['transaction']['sale']>,
  ): Promise<GatewayOutcome<PaymentState>> {
    return this.calls.write<PaymentState>({
      appId: target.appId,
      operation: CLASS_OF[kind],
      name: kind,
      make: async (client) => {
        const made = make(client);
        if ('kind' in made) return made;
        const answer = readAnswer(await made);
        return 'kind' in answer ? answer : done(stateOfSale(answer));
      },
    });
  }

  /** A refusal because it stands as it is wanted to is none. */
  private async orAlready(
    target: PaymentTarget,
    status: PaymentState['status'],
    code: string,
    outcome: GatewayOutcome<PaymentState>,
  ): Promise<GatewayOutcome<PaymentState>> {
    if (outcome.kind !== 'refused' || outcome.code !== code) return outcome;
    const read = await this.read(target);
    return read.kind === 'found' && read.value.status === status ? done(read.value) : outcome;
  }
}

function saleOf(call: ChargeCall, client: AppClient): SaleRequest | Refused {
  const { target, method, offSession, operation } = call;
  const money = moneyOf(target, client);
  if ('kind' in money) return money;
  return {
    ...money,
    orderId: orderIdOf(operation),
    ...(method.kind === 'nonce' ? { paymentMethodNonce: method.id } : { paymentMethodToken: method.id }),
    ...(offSession && { transactionSource: 'unscheduled' }),
    options: { submitForSettlement: target.capture === 'automatic' },
  };
}

function moneyOf(
  { amount, currency }: PaymentTarget,
  { merchantAccounts }: AppClient,
): Pick<SaleRequest, 'amount' | 'merchantAccountId'> | Refused {
  const merchantAccountId = merchantAccounts[currency];
  if (merchantAccountId === undefined) {
    // The default account would take the same number in its own currency.
    return refused(
      'no_merchant_account',
      `The app's Braintree credential names no merchant account for ${currency}: add it to merchantAccounts.`,
    );
  }
  const decimal = toDecimal(amount, currency);
  return decimal === undefined ? unknownAmount(currency) : { amount: decimal, merchantAccountId };
}

const refused = (code: string, detail: string): Refused => ({ kind: 'refused', code, detail });

const unknownAmount = (currency: string): Refused =>
  refused('amount_not_taken', `There is no such amount in ${currency}, or no such currency.`);
