import type { Charge } from '../objects/charge.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { newId } from '../wire/ids.js';
import type { Account } from '../world/account.js';
import { behaviourOf } from '../customers/payment-methods.js';
import { move, processingFee } from './balance.js';
import { openDispute } from './disputes.js';

/** The captured money of a charge comes into the balance. */
export function collect(account: Account, charge: Charge): void {
  const method = account.objects.find('payment_method', charge.payment_method ?? '');
  const available = method !== undefined && behaviourOf(method).available === true;
  const { amount_captured: amount, currency, description } = charge;
  const transaction = move(account, {
    amount,
    fee: processingFee(amount),
    currency,
    source: charge.id,
    type: method?.type === 'card' ? 'charge' : 'payment',
    category: 'charge',
    description: typeof description === 'string' ? description : null,
    available,
  });
  charge.balance_transaction = transaction.id;
}

/** What some test cards do once they were charged. */
export function followUp(account: Account, charge: Charge, method: PaymentMethod): void {
  const { dispute, earlyFraudWarning } = behaviourOf(method);
  if (dispute) openDispute(account, charge, dispute);
  if (!earlyFraudWarning) return;
  account.add(
    {
      id: newId('issfr'),
      object: 'radar.early_fraud_warning',
      actionable: true,
      charge: charge.id,
      created: account.now(),
      fraud_type: 'made_with_stolen_card',
      livemode: false,
      payment_intent: charge.payment_intent,
    },
    'radar.early_fraud_warning.created',
  );
}
