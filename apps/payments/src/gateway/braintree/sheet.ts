import { z } from 'zod';
import type { PaymentState, SheetCall, SheetParts } from '../gateway.js';
import type { ReadOutcome } from '../outcome.js';
import { toDecimal } from './amount.js';
import type { AppClient } from './braintree-clients.js';
import type { BraintreeCalls } from './braintree-calls.js';
import { isSuccess } from './read-answer.js';
import { UnknownShape } from './transaction.js';
import { NOTHING_YET, stateOfSale } from './transaction-state.js';
import type { Transactions } from './transactions.js';

const answer = z.object({ clientToken: z.string().min(1) });

/** A client token, with which the app's SDK makes a nonce of what the customer enters; with a customer also of what is saved. */
export async function braintreeSheet(
  { target, customer }: SheetCall,
  calls: BraintreeCalls,
  transactions: Transactions,
): Promise<ReadOutcome<SheetParts>> {
  const state = await stateOf(target, transactions);
  if (state.kind !== 'found') return state;
  const { appId, amount, currency } = target;
  const amountDecimal = toDecimal(amount, currency);
  // Never opened: `BraintreeGateway.open` refuses what it cannot charge.
  if (amountDecimal === undefined) return refused('amount_not_taken');
  // What is paid or over needs no token, and must be told of even if none can be made.
  if (state.value.status !== 'requires_payment_method') return found(state.value, '', amountDecimal);
  const make = async ({ sdk, merchantAccounts }: AppClient): Promise<string | undefined> => {
    const merchantAccountId = merchantAccounts[currency];
    const generated = await sdk.clientToken.generate({
      ...(customer !== undefined && { customerId: customer }),
      ...(merchantAccountId !== undefined && { merchantAccountId }),
    });
    // Braintree does not know the customer, or the merchant account.
    if (!isSuccess(generated)) return undefined;
    const parsed = answer.safeParse(generated);
    if (!parsed.success) throw new UnknownShape('the answer has no client token');
    return parsed.data.clientToken;
  };
  const token = await calls.read({ appId, name: 'client_token', make });
  if (token.kind !== 'found') return token;
  return token.value === undefined ? refused('client_token_refused') : found(state.value, token.value, amountDecimal);
}

/** Somebody has to mend the app's settings, or to name another customer. Milliseconds. */
const MENDED_MS = 60_000;

const refused = (reason: string): ReadOutcome<never> => ({ kind: 'later', reason, retryAfterMs: MENDED_MS });

const found = (state: PaymentState, clientToken: string, amountDecimal: string): ReadOutcome<SheetParts> => ({
  kind: 'found',
  value: { state, secrets: { gateway: 'braintree', clientToken, amountDecimal } },
});

async function stateOf(target: SheetCall['target'], transactions: Transactions): Promise<ReadOutcome<PaymentState>> {
  if (target.ref === undefined) return { kind: 'found', value: NOTHING_YET };
  const read = await transactions.of(target);
  return read.kind === 'found' ? { kind: 'found', value: stateOfSale(read.value) } : read;
}
