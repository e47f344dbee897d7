import type { Dispute } from '../transaction.js';
import { isoTime, type Wanted } from './wanted.js';

/** How Braintree's disputes end. One that nobody answered is lost. */
const ENDS = {
  open: undefined,
  disputed: undefined,
  under_review: undefined,
  won: 'won',
  lost: 'lost',
  accepted: 'lost',
  auto_accepted: 'lost',
  expired: 'lost',
} as const satisfies Record<Dispute['status'], 'won' | 'lost' | undefined>;

/**
 * What is told of a dispute. A chargeback, and its second round, take the money when they are opened; a retrieval only asks. What was
 * won comes back, as far as Braintree says how much.
 */
export function factsOfDispute({
  id,
  kind,
  status,
  reason,
  amount,
  amountWon,
  currency,
  replyByDate,
}: Dispute): Wanted[] {
  const data = { disputeId: id, status, reason, amount, currency };
  const base = { gatewayRef: id, subject: 'object', data } as const;
  const evidenceDueBy = isoTime(replyByDate);
  const opened = evidenceDueBy === undefined ? data : { ...data, evidenceDueBy };
  const takesMoney = kind !== 'retrieval';
  const end = ENDS[status];
  const facts: Wanted[] = [{ ...base, effect: `dispute:${id}:opened`, type: 'dispute.opened', data: opened }];
  if (takesMoney) facts.push({ ...base, effect: `dispute:${id}:withdrawn`, type: 'dispute.funds_withdrawn' });
  if (end !== undefined) facts.push({ ...base, effect: `dispute:${id}:${end}`, type: `dispute.${end}` });
  if (takesMoney && end === 'won' && amountWon > 0) {
    const reinstated = { ...data, amount: amountWon };
    facts.push({ ...base, effect: `dispute:${id}:reinstated`, type: 'dispute.funds_reinstated', data: reinstated });
  }
  return facts;
}
