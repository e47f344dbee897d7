import { isInquiry } from '../states/dispute.js';
import { isoTime, want, type Change, type Wanted } from './handler.js';

/** What the present state of a dispute says, whichever event brought it: its events may come in any order. */
export function disputeNews({ objectId, after: { now, past } }: Change<'dispute'>): Wanted[] {
  const { amount, currency, status, reason, evidenceDueBy } = now;
  const data = { disputeId: objectId, amount, currency, status, reason };
  const due = evidenceDueBy === undefined ? {} : { evidenceDueBy: isoTime(evidenceDueBy) };
  const news: Wanted[] = [want('opened', 'dispute.opened', { ...data, ...due })];
  if (past.wasInquiry && !isInquiry(now)) news.push(want('escalated', 'dispute.escalated', data));
  switch (status) {
    case 'won':
      return [...news, want('won', 'dispute.won', data)];
    case 'lost':
      return [...news, want('lost', 'dispute.lost', data)];
    case 'warning_closed':
    case 'charge_refunded':
    case 'prevented':
      return [...news, want('closed', 'dispute.closed', data)];
    case 'warning_needs_response':
    case 'warning_under_review':
    case 'needs_response':
    case 'under_review':
    case 'appeal_needs_response':
    case 'appeal_under_review':
      return news;
  }
}
