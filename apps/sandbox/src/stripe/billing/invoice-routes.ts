import { type Call, del, get, post, type Route } from '../api/route.js';
import { defaultMethodOf } from './subscriptions.js';
import { paymentMethodNamed } from '../customers/payment-methods.js';
import type { Invoice } from '../objects/invoice.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { pageOf } from '../wire/paging.js';
import { Refused, invalid, unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { collectInvoice } from './collect-invoice.js';
import { settlePaid } from './invoice-outcomes.js';
import {
  deleteDraft,
  finalize,
  invoiceFromParams,
  itemFromParams,
  markUncollectible,
  mustBe,
  send,
  voidInvoice,
} from './invoices.js';

export const invoiceRoutes: readonly Route[] = [
  post('/v1/invoices', ({ account, params }) => invoiceFromParams(account, params)),

  get('/v1/invoices', ({ account, params }) => {
    const [customer, status, subscription] = ['customer', 'status', 'subscription'].map((name) => params.text(name));
    const matching = account.objects
      .newestFirst('invoice')
      .filter(
        (invoice) =>
          (customer === undefined || invoice.customer === customer) &&
          (status === undefined || invoice.status === status) &&
          (subscription === undefined || invoice.parent?.subscription_details.subscription === subscription),
      );
    return pageOf('/v1/invoices', matching, params);
  }),

  get('/v1/invoices/:id', (call) => invoiceOf(call)),
  get('/v1/invoices/:id/lines', (call) =>
    pageOf(`/v1/invoices/${call.path('id')}/lines`, invoiceOf(call).lines.data, call.params),
  ),
  del('/v1/invoices/:id', (call) => deleteDraft(call.account, invoiceOf(call))),

  post('/v1/invoices/:id', (call) => {
    const { account, params } = call;
    const invoice = invoiceOf(call);
    account.change(invoice, 'invoice.updated', () => {
      invoice.metadata = params.metadata(invoice.metadata);
      invoice.auto_advance = params.flag('auto_advance') ?? invoice.auto_advance;
      if (params.has('description')) invoice['description'] = params.text('description') ?? null;
    });
    return invoice;
  }),

  post('/v1/invoices/:id/pay', (call) => {
    const { account, params, origin } = call;
    const invoice = invoiceOf(call);
    if (invoice.status === 'paid') throw unexpectedState('invoice_already_paid', 'Invoice is already paid');
    const method = payingMethod(account, invoice, params.text('payment_method'));
    if (invoice.status === 'draft') finalize(account, invoice);
    mustBe(invoice, ['open', 'uncollectible'], 'paid');
    if (params.flag('paid_out_of_band') === true || invoice.amount_remaining === 0) settlePaid(account, invoice);
    else if (!method) throw noMethod();
    else {
      const refusal = collectInvoice(account, invoice, { method, automatic: false, origin });
      if (refusal) throw refusal;
      if (account.objects.require('invoice', invoice.id).status !== 'paid') throw actionRequired(account, invoice);
    }
    return invoice;
  }),

  ...(
    [
      ['finalize', finalize],
      ['void', voidInvoice],
      ['mark_uncollectible', markUncollectible],
      ['send', send],
    ] as const
  ).map(([verb, act]) =>
    post(`/v1/invoices/:id/${verb}`, (call) => {
      const invoice = invoiceOf(call);
      act(call.account, invoice);
      return invoice;
    }),
  ),

  post('/v1/invoiceitems', ({ account, params }) => itemFromParams(account, params)),
  get('/v1/invoiceitems', ({ account, params }) =>
    pageOf('/v1/invoiceitems', account.objects.newestFirst('invoiceitem'), params),
  ),
  get('/v1/invoiceitems/:id', ({ account, path }) => account.objects.require('invoiceitem', path('id'))),

  del('/v1/invoiceitems/:id', ({ account, path }) => {
    const item = account.objects.require('invoiceitem', path('id'));
    if (item.invoice !== null) throw invalid('This invoice item is on an invoice: only a draft can lose it.');
    account.objects.delete('invoiceitem', item.id);
    account.emit('invoiceitem.deleted', item);
    return { id: item.id, object: 'invoiceitem', deleted: true };
  }),

  get('/v1/invoice_payments', ({ account, params }) => {
    const invoice = params.text('invoice');
    const intent = params.child('payment')?.text('payment_intent');
    const matching = account.objects
      .newestFirst('invoice_payment')
      .filter(
        (payment) =>
          (invoice === undefined || payment.invoice === invoice) &&
          (intent === undefined || payment.payment.payment_intent === intent),
      );
    return pageOf('/v1/invoice_payments', matching, params);
  }),

  get('/v1/invoice_payments/:id', ({ account, path }) => account.objects.require('invoice_payment', path('id'))),
];

function invoiceOf({ account, path }: Call): Invoice {
  return account.objects.require('invoice', path('id'));
}

function payingMethod(account: Account, invoice: Invoice, named: string | undefined): PaymentMethod | undefined {
  if (named !== undefined) return paymentMethodNamed(account, named);
  const subscription = account.objects.find('subscription', invoice.parent?.subscription_details.subscription ?? '');
  const chosen = invoice.default_payment_method ?? subscription?.default_payment_method ?? '';
  return account.objects.find('payment_method', chosen) ?? defaultMethodOf(account, invoice.customer);
}

function noMethod(): Refused {
  return invalid(
    'Cannot charge invoice: the customer has no attached payment source or default payment method.',
    undefined,
    'resource_missing',
  );
}

function actionRequired(account: Account, invoice: Invoice): Refused {
  const intent = account.objects.find('payment_intent', account.intentOfInvoice(invoice.id) ?? '');
  return new Refused(402, {
    type: 'card_error',
    code: 'invoice_payment_intent_requires_action',
    message: 'This payment requires additional user action before it can be completed successfully.',
    payment_intent: structuredClone(intent),
  });
}
