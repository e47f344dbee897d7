import type { Kind } from '../notifications/notification.js';
import { type Dispute, type DisputeStatus, disputeXml } from '../objects/dispute.js';
import type { Transaction, TransactionStatus } from '../objects/transaction.js';
import { newId } from '../wire/ids.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';

const DAYS_TO_REPLY_MS = 21 * 86_400_000;
const TAKEN: readonly TransactionStatus[] = ['settled', 'settling', 'submitted_for_settlement'];

/** Whether there is money that a bank could take back. */
export function isDisputable({ status, type }: Transaction): boolean {
  return type === 'sale' && TAKEN.includes(status);
}

export function openDispute(
  merchant: Merchant,
  transaction: Transaction,
  {
    reason,
    kind,
    amount = transaction.amount,
  }: Pick<Dispute, 'kind' | 'reason'> & { readonly amount?: number | undefined },
): Dispute {
  const at = merchant.now();
  const dispute: Dispute = {
    id: newId(16),
    ...{ transaction, reason, kind, amount },
    amountWon: 0,
    status: 'open',
    history: [{ status: 'open', at }],
    evidence: [],
    openedAt: at,
    replyBy: new Date(at.getTime() + DAYS_TO_REPLY_MS),
    wonAt: undefined,
    updatedAt: at,
  };
  merchant.disputes.set(dispute.id, dispute);
  transaction.disputes.push(dispute);
  transaction.updatedAt = at;
  tell(merchant, dispute);
  return dispute;
}

/** How it goes on. One that is lost can still be won: banks change their minds. */
export function decide(merchant: Merchant, dispute: Dispute, status: DisputeStatus): void {
  const at = merchant.now();
  dispute.status = status;
  dispute.updatedAt = at;
  dispute.history.push({ status, at });
  if (status === 'won') {
    dispute.amountWon = dispute.amount;
    dispute.wonAt = at;
  }
  tell(merchant, dispute);
}

/** The merchant may act only while it is open. @throws Invalid */
export function mustBeOpen({ status }: Dispute, code: string, message: string): void {
  if (status !== 'open') throw invalid('dispute', 'status', code, message);
}

const TOLD: Partial<Record<DisputeStatus, Kind>> = {
  accepted: 'dispute_accepted',
  disputed: 'dispute_disputed',
  expired: 'dispute_expired',
  lost: 'dispute_lost',
  open: 'dispute_opened',
  under_review: 'dispute_under_review',
  won: 'dispute_won',
};

function tell(merchant: Merchant, dispute: Dispute): void {
  const kind = TOLD[dispute.status];
  if (kind) merchant.emit(kind, dispute.id, { dispute: disputeXml(dispute) });
}
