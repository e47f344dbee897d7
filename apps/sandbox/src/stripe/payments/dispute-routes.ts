import { get, post, type Route } from '../api/route.js';
import type { Dispute } from '../objects/dispute.js';
import type { Params } from '../wire/params.js';
import { pageOf } from '../wire/paging.js';
import { unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { closeDispute, escalate, isOpen } from './disputes.js';

export const disputeRoutes: readonly Route[] = [
  get('/v1/disputes', ({ account, params }) => {
    const [charge, intent] = [params.text('charge'), params.text('payment_intent')];
    const matching = account.objects
      .newestFirst('dispute')
      .filter(
        (dispute) =>
          (charge === undefined || dispute.charge === charge) &&
          (intent === undefined || dispute.payment_intent === intent),
      );
    return pageOf('/v1/disputes', matching, params);
  }),

  get('/v1/disputes/:id', ({ account, path }) => account.objects.require('dispute', path('id'))),

  post('/v1/disputes/:id', ({ account, path, params }) => {
    const dispute = account.objects.require('dispute', path('id'));
    update(account, dispute, params);
    return dispute;
  }),

  post('/v1/disputes/:id/close', ({ account, path }) => {
    const dispute = account.objects.require('dispute', path('id'));
    closeDispute(account, dispute, 'lost');
    return dispute;
  }),
];

function update(account: Account, dispute: Dispute, params: Params): void {
  const given = params.fields('evidence');
  if (given && !isOpen(dispute))
    throw unexpectedState('dispute_unexpected_state', `This dispute is closed: it is ${dispute.status}.`);
  const submits = given !== undefined && (params.flag('submit') ?? true);
  account.change(dispute, 'charge.dispute.updated', () => {
    dispute.metadata = params.metadata(dispute.metadata);
    if (!given) return;
    dispute.evidence = { ...dispute.evidence, ...given };
    dispute.evidence_details.has_evidence = true;
    if (!submits) return;
    dispute.evidence_details.submission_count += 1;
    dispute.status = dispute.status.startsWith('warning_') ? 'warning_under_review' : 'under_review';
  });
  // The words by which Stripe's test mode decides: https://docs.stripe.com/testing#disputes
  if (!submits) return;
  switch (dispute.evidence['uncategorized_text']) {
    case 'winning_evidence':
      return closeDispute(account, dispute, 'won');
    case 'losing_evidence':
      return closeDispute(account, dispute, 'lost');
    case 'escalate_inquiry_evidence':
      return escalate(account, dispute);
  }
}
