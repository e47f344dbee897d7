import { type Call, del, get, post, type Route } from '../api/route.js';
import type { Params } from '../wire/params.js';
import { invalid, missing, noSuch } from '../wire/refused.js';
import type { Endpoint } from './endpoint.js';
import type { Endpoints } from './endpoints.js';
import { webhookUrl } from './webhook-url.js';

/** `/v2/core/event_destinations`: where thin events, and snapshots too, are sent. */
export function eventDestinationRoutes(endpoints: Endpoints): readonly Route[] {
  const BASE = '/v2/core/event_destinations';

  const destinationOf = ({ account, path }: Call): Endpoint => {
    const endpoint = endpoints.of(account.id).find(({ id }) => id === path('id'));
    if (!endpoint) throw noSuch('event_destination', path('id'), 'id', 404);
    return endpoint;
  };

  const switched = (status: Endpoint['status']) => (call: Call) => {
    const endpoint = destinationOf(call);
    endpoint.status = status;
    return shown(endpoint, []);
  };

  return [
    post(BASE, ({ account, params }) => {
      if (params.require('type') !== 'webhook_endpoint')
        throw invalid('The sandbox has only destinations of type webhook_endpoint.', 'type');
      const types = params.texts('enabled_events');
      if (types.length === 0) throw missing('enabled_events');
      const endpoint = endpoints.add({
        accountId: account.id,
        created: account.now(),
        source: 'api',
        url: urlIn(params),
        shape: params.choice('event_payload', ['snapshot', 'thin']) ?? 'thin',
        from: params.texts('events_from').includes('other_accounts') ? 'connected' : 'account',
        enabledEvents: types,
        apiVersion: params.text('snapshot_api_version'),
        description: params.text('name') ?? null,
        metadata: params.metadata(),
      });
      return shown(endpoint, params.texts('include'));
    }),

    get(BASE, ({ account, params }) => ({
      data: endpoints.of(account.id).map((endpoint) => shown(endpoint, params.texts('include'))),
      next_page_url: null,
      previous_page_url: null,
    })),

    get(`${BASE}/:id`, (call) => shown(destinationOf(call), call.params.texts('include'))),

    post(`${BASE}/:id`, (call) => {
      const endpoint = destinationOf(call);
      if (call.params.has('enabled_events')) endpoint.enabledEvents = call.params.texts('enabled_events');
      if (call.params.child('webhook_endpoint')) endpoint.url = urlIn(call.params);
      endpoint.metadata = call.params.metadata(endpoint.metadata);
      return shown(endpoint, call.params.texts('include'));
    }),

    post(`${BASE}/:id/disable`, switched('disabled')),
    post(`${BASE}/:id/enable`, switched('enabled')),

    del(`${BASE}/:id`, (call) => {
      const { id } = destinationOf(call);
      endpoints.remove(id);
      return { id, object: 'v2.core.event_destination' };
    }),
  ];
}

/** The address and the secret are shown to those who ask for them, the secret only by who makes the destination. */
function shown(endpoint: Endpoint, include: readonly string[]): object {
  const { id, created, description, enabledEvents, metadata, shape, status, url, secrets, from, apiVersion } = endpoint;
  const at = new Date(created * 1000).toISOString();
  return {
    id,
    object: 'v2.core.event_destination',
    created: at,
    description: '',
    enabled_events: enabledEvents,
    event_payload: shape,
    events_from: [from === 'connected' ? 'other_accounts' : 'self'],
    livemode: false,
    metadata,
    name: description ?? '',
    ...(apiVersion !== undefined && { snapshot_api_version: apiVersion }),
    status,
    type: 'webhook_endpoint',
    updated: at,
    webhook_endpoint: {
      ...(include.includes('webhook_endpoint.url') && { url }),
      ...(include.includes('webhook_endpoint.signing_secret') && { signing_secret: secrets[0]?.value }),
    },
  };
}

function urlIn(params: Params): string {
  return webhookUrl(params.child('webhook_endpoint')?.text('url'), 'webhook_endpoint[url]');
}
