import { type Call, found, get, post, put, type Result, type Route } from '../api/route.js';
import type { Transaction } from '../objects/transaction.js';
import { transactionXml } from '../objects/transaction-xml.js';
import { idsFound, pageOf } from '../search/page.js';
import { searchTransactions } from '../search/transaction-search.js';
import { comeTo, type Later, settle } from '../settle/settlement.js';
import { list } from '../wire/xml.js';
import { refund } from './refund.js';
import { sell } from './sale.js';
import { shownOrThrown } from './shown.js';
import { submit, submitPart } from './submit.js';
import { voidTransaction } from './void.js';

const transactionOf = ({ merchant, path }: Call): Transaction => merchant.transaction(path('id'));

/** A route that does something to the transaction it names, and answers it. */
function change(path: string, act: (call: Call, transaction: Transaction) => void): Route {
  return put(`/transactions/:id/${path}`, (call) => {
    const transaction = transactionOf(call);
    act(call, transaction);
    return shownAs(transaction, 200);
  });
}

/** The SDK's `testing`, which only sandboxes have. */
function testing(path: string, status: Later): Route {
  return change(path, ({ merchant }, transaction) => comeTo(merchant, transaction, status, 'control_panel'));
}

function shownAs(transaction: Transaction, status: 200 | 201): Result {
  return { kind: 'xml', status, name: 'transaction', value: transactionXml(transaction), transaction };
}

export const transactionRoutes: readonly Route[] = [
  post('/transactions', ({ merchant, fields }) => shownOrThrown(sell(merchant, fields.child('transaction')), 201)),

  get('/transactions/:id', (call) => found('transaction', transactionXml(transactionOf(call)))),

  get('/transactions/:id/line_items', (call) => found('lineItems', list('lineItem', transactionOf(call).lineItems))),

  post('/transactions/:id/refund', (call) =>
    shownAs(refund(call.merchant, transactionOf(call), call.fields.child('transaction')), 201),
  ),

  post('/transactions/:id/submit_for_partial_settlement', (call) =>
    shownAs(submitPart(call.merchant, transactionOf(call), call.fields.child('transaction')), 201),
  ),

  change('submit_for_settlement', ({ merchant, fields }, transaction) =>
    submit(merchant, transaction, fields.child('transaction')),
  ),
  change('void', ({ merchant }, transaction) => voidTransaction(merchant, transaction)),

  change('settle', ({ merchant }, transaction) => settle(merchant, transaction, 'control_panel')),
  testing('settlement_confirm', 'settlement_confirmed'),
  testing('settlement_decline', 'settlement_declined'),
  testing('settlement_pending', 'settlement_pending'),

  post('/transactions/advanced_search_ids', ({ merchant, fields, findableUntil }) => {
    const matching = searchTransactions(merchant, fields.child('search'), findableUntil);
    return found('searchResults', idsFound(matching.map(({ id }) => id)));
  }),

  post('/transactions/advanced_search', ({ merchant, fields, findableUntil, page }) => {
    const matching = searchTransactions(merchant, fields.child('search'), findableUntil);
    return found('creditCardTransactions', pageOf('transaction', matching.map(transactionXml), page));
  }),
];
