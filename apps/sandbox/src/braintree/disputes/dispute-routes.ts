import { type Call, created, found, get, post, put, type Route } from '../api/route.js';
import { type Dispute, disputeXml } from '../objects/dispute.js';
import { pageOf } from '../search/page.js';
import { matchesAll } from '../search/criteria.js';
import { newId } from '../wire/ids.js';
import { writeAmount } from '../wire/money.js';
import { decide, mustBeOpen } from './disputes.js';

const disputeOf = ({ merchant, path }: Call): Dispute => merchant.dispute(path('id'));

export const disputeRoutes: readonly Route[] = [
  get('/disputes/:id', (call) => found('dispute', disputeXml(disputeOf(call)))),

  put('/disputes/:id/accept', (call) => {
    const dispute = disputeOf(call);
    mustBeOpen(dispute, '95704', 'Disputes can only be accepted when they are in an Open state');
    decide(call.merchant, dispute, 'accepted');
    return found('dispute', disputeXml(dispute));
  }),

  put('/disputes/:id/finalize', (call) => {
    const dispute = disputeOf(call);
    mustBeOpen(dispute, '95705', 'Disputes can only be finalized when they are in an Open state');
    decide(call.merchant, dispute, 'disputed');
    return found('dispute', disputeXml(dispute));
  }),

  post('/disputes/:id/evidence', (call) => {
    const dispute = disputeOf(call);
    mustBeOpen(dispute, '95701', 'Evidence can only be attached to disputes that are in an Open state');
    const comment = call.fields.child('evidence').text('comments') ?? '';
    const evidence = { id: newId(16), comment, createdAt: call.merchant.now() };
    dispute.evidence.push(evidence);
    return created('evidence', evidence);
  }),

  post('/disputes/advanced_search', ({ merchant, fields, page }) => {
    const matching = [...merchant.disputes.values()].filter((dispute) =>
      matchesAll(fields.child('search'), (name) => valueOf(dispute, name)),
    );
    return found('disputes', pageOf('dispute', matching.map(disputeXml), page));
  }),
];

function valueOf(dispute: Dispute, name: string): string | undefined {
  const { transaction, amount } = dispute;
  switch (name) {
    case 'id':
    case 'kind':
    case 'reason':
    case 'status':
      return dispute[name];
    case 'amount_disputed':
      return writeAmount(amount, transaction.currency);
    case 'transaction_id':
      return transaction.id;
    case 'merchant_account_id':
      return transaction.merchantAccountId;
    case 'customer_id':
      return transaction.customerId ?? '';
    case 'received_date':
      return dispute.openedAt.toISOString();
    default:
      return undefined;
  }
}
