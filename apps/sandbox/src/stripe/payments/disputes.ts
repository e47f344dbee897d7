import type { Charge } from '../objects/charge.js';
import type { Dispute, DisputeStatus } from '../objects/dispute.js';
import type { DisputeKind } from '../cards/test-cards.js';
import { newId } from '../wire/ids.js';
import { unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { move } from './balance.js';

const FEE = 1500;
const DAYS_TO_ANSWER = 7;

const NO_EVIDENCE = Object.fromEntries(
  [
    'access_activity_log',
    'billing_address',
    'cancellation_policy',
    'customer_communication',
    'customer_email_address',
    'customer_name',
    'customer_purchase_ip',
    'product_description',
    'receipt',
    'refund_policy',
    'service_date',
    'shipping_address',
    'shipping_tracking_number',
    'uncategorized_file',
    'uncategorized_text',
  ].map((name) => [name, null]),
);

/** The cardholder's bank asks for the money back; an inquiry only asks. */
export function openDispute(account: Account, charge: Charge, kind: DisputeKind): Dispute {
  const inquiry = kind === 'inquiry';
  const dispute: Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount: charge.amount_captured,
    balance_transaction: null,
    balance_transactions: [],
    charge: charge.id,
    created: account.now(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...NO_EVIDENCE, enhanced_evidence: {} },
    evidence_details: {
      due_by: account.now() + DAYS_TO_ANSWER * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: null,
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: 'visa',
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network: 'visa',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: inquiry ? 'general' : kind,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  };
  account.change(charge, 'charge.updated', () => (charge.disputed = true));
  if (inquiry) account.add(dispute, 'charge.dispute.created');
  else {
    // Stripe has taken the money when it tells of the dispute.
    account.add(dispute);
    takeFunds(account, dispute);
    account.emit('charge.dispute.created', dispute);
    account.emit('charge.dispute.funds_withdrawn', dispute);
  }
  return dispute;
}

export type DisputeOutcome = 'lost' | 'won';

/** The bank has decided. An inquiry that is not lost, or is given up, becomes `warning_closed`. @throws Refused */
export function closeDispute(account: Account, dispute: Dispute, outcome: DisputeOutcome): void {
  if (!isOpen(dispute))
    throw unexpectedState('dispute_unexpected_state', `This dispute is already closed: it is ${dispute.status}.`);
  const status: DisputeStatus = dispute.status.startsWith('warning_') ? 'warning_closed' : outcome;
  const before = structuredClone(dispute);
  dispute.status = status;
  if (status === 'won') dispute.balance_transactions.push(returnFunds(account, dispute));
  account.emit('charge.dispute.closed', dispute, before);
  if (status === 'won') account.emit('charge.dispute.funds_reinstated', dispute);
}

/** A lost dispute can be won later, and part of the money can come back without it: only funds say so. */
export function reinstate(account: Account, dispute: Dispute): void {
  const before = structuredClone(dispute);
  dispute.balance_transactions.push(returnFunds(account, dispute));
  account.emit('charge.dispute.funds_reinstated', dispute, before);
}

/** An inquiry becomes a dispute, and the money is taken. @throws Refused */
export function escalate(account: Account, dispute: Dispute): void {
  if (!dispute.status.startsWith('warning_') || dispute.status === 'warning_closed')
    throw unexpectedState(
      'dispute_unexpected_state',
      `Only an open inquiry can be escalated: this is ${dispute.status}.`,
    );
  account.change(dispute, 'charge.dispute.updated', () => {
    dispute.status = 'needs_response';
    dispute.is_charge_refundable = false;
    takeFunds(account, dispute);
  });
  account.emit('charge.dispute.funds_withdrawn', dispute);
}

export function isOpen({ status }: Dispute): boolean {
  return status !== 'won' && status !== 'lost' && status !== 'warning_closed';
}

function takeFunds(account: Account, dispute: Dispute): void {
  const { amount, currency, id: source } = dispute;
  const movement = { amount: -amount, fee: FEE, currency, source, type: 'adjustment', category: 'dispute' } as const;
  dispute.balance_transactions.push(move(account, movement));
}

function returnFunds(account: Account, { amount, currency, id: source }: Dispute) {
  return move(account, { amount, fee: -FEE, currency, source, type: 'adjustment', category: 'dispute_reversal' });
}
