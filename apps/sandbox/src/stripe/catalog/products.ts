import { del, get, post, type Route } from '../api/route.js';
import type { Product } from '../objects/catalog.js';
import { newId } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import type { Params } from '../wire/params.js';
import { invalid } from '../wire/refused.js';
import type { Account } from '../world/account.js';

export const productRoutes: readonly Route[] = [
  post('/v1/products', ({ account, params }) => newProduct(account, params)),
  get('/v1/products', ({ account, params }) => pageOf('/v1/products', account.objects.newestFirst('product'), params)),
  get('/v1/products/:id', ({ account, path }) => account.objects.require('product', path('id'))),

  post('/v1/products/:id', ({ account, path, params }) => {
    const product = account.objects.require('product', path('id'));
    account.change(product, 'product.updated', () => {
      product.name = params.text('name') ?? product.name;
      product.active = params.flag('active') ?? product.active;
      product.metadata = params.metadata(product.metadata);
      if (params.has('description')) product['description'] = params.text('description') ?? null;
    });
    return product;
  }),

  del('/v1/products/:id', ({ account, path }) => {
    const product = account.objects.require('product', path('id'));
    if (account.objects.newestFirst('price').some((price) => price.product === product.id))
      throw invalid('This product cannot be deleted because it has one or more user-created prices.');
    account.objects.delete('product', product.id);
    account.emit('product.deleted', product);
    return { id: product.id, object: 'product', deleted: true };
  }),
];

/** Announced. */
export function newProduct(account: Account, params: Params): Product {
  const created = account.now();
  const product: Product = {
    id: params.text('id') ?? newId('prod').slice(0, 19),
    object: 'product',
    active: params.flag('active') ?? true,
    created,
    default_price: null,
    description: params.text('description') ?? null,
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: params.metadata(),
    name: params.require('name'),
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    type: 'service',
    unit_label: null,
    updated: created,
    url: null,
  };
  account.add(product, 'product.created');
  return product;
}
