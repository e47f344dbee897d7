import { type Call, del, get, post, type Route } from '../api/route.js';
import { pageOf } from '../wire/paging.js';
import type { Params } from '../wire/params.js';
import { invalid, missing, noSuch } from '../wire/refused.js';
import type { Endpoint } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { webhookUrl } from './webhook-url.js';

const MOST = 16;

/** Only the answer that makes an endpoint says its secret. */
export function webhookEndpointRoutes(endpoints: Endpoints): readonly Route[] {
  const ofApi = (accountId: string): Endpoint[] =>
    endpoints.of(accountId).filter(({ shape, source }) => shape === 'snapshot' && source !== 'cli');

  const endpointOf = ({ account, path }: Call): Endpoint => {
    const endpoint = ofApi(account.id).find(({ id }) => id === path('id'));
    if (!endpoint) throw noSuch('webhook_endpoint', path('id'), 'id', 404);
    return endpoint;
  };

  return [
    post('/v1/webhook_endpoints', ({ account, params }) => {
      if (ofApi(account.id).length >= MOST)
        throw invalid(`You have reached the maximum of ${MOST} test webhook endpoints.`);
      const endpoint = endpoints.add({
        accountId: account.id,
        created: account.now(),
        source: 'api',
        url: webhookUrl(params.require('url'), 'url'),
        from: params.flag('connect') === true ? 'connected' : 'account',
        enabledEvents: typesIn(params),
        apiVersion: params.text('api_version'),
        description: params.text('description') ?? null,
        metadata: params.metadata(),
      });
      return { ...shown(endpoint), secret: endpoint.secrets[0]?.value };
    }),

    get('/v1/webhook_endpoints', ({ account, params }) =>
      pageOf('/v1/webhook_endpoints', ofApi(account.id).map(shown), params),
    ),

    get('/v1/webhook_endpoints/:id', (call) => shown(endpointOf(call))),

    post('/v1/webhook_endpoints/:id', (call) => {
      const { params } = call;
      const endpoint = endpointOf(call);
      if (params.has('url')) endpoint.url = webhookUrl(params.require('url'), 'url');
      if (params.has('enabled_events')) endpoint.enabledEvents = typesIn(params);
      if (params.has('disabled')) endpoint.status = params.flag('disabled') === true ? 'disabled' : 'enabled';
      if (params.has('description')) endpoint.description = params.text('description') ?? null;
      endpoint.metadata = params.metadata(endpoint.metadata);
      return shown(endpoint);
    }),

    del('/v1/webhook_endpoints/:id', (call) => {
      const { id } = endpointOf(call);
      endpoints.remove(id);
      return { id, object: 'webhook_endpoint', deleted: true };
    }),
  ];
}

function shown(endpoint: Endpoint) {
  const { id, created, description, enabledEvents, metadata, status, url, apiVersion } = endpoint;
  return {
    id,
    object: 'webhook_endpoint',
    api_version: apiVersion ?? null,
    application: null,
    created,
    description,
    enabled_events: enabledEvents,
    livemode: false,
    metadata,
    status,
    url,
  };
}

function typesIn(params: Params): string[] {
  const types = params.texts('enabled_events');
  if (types.length === 0) throw missing('enabled_events');
  return types;
}
