import type { EventCatalogue } from './event-catalogue.ts';

/** The AsyncAPI 3 document of the events; their schemas stay in the catalogue beside it. */
export function asyncApi(catalogue: EventCatalogue): object {
  const types = Object.keys(catalogue.definitions);
  const messages = Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }]));
  const channel = (name: string, scheme: string) => ({
    channel: { $ref: `#/channels/${name}` },
    security: [{ $ref: `#/components/securitySchemes/${scheme}` }],
    messages: types.map((type) => ({ $ref: `#/channels/${name}/messages/${type}` })),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Signalbox events',
      version: 'v1',
      description: 'Facts that the services write into one log, in the order in which they became true.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      webhook: {
        address: '{url}',
        parameters: { url: { description: 'the address of a webhook endpoint' } },
        title: 'Webhook',
        description: 'A POST to an endpoint that an app has made (POST /v1/webhook-endpoints); at least once.',
        messages,
      },
      feed: {
        address: '/v1/events',
        title: 'Feed',
        description: 'Pages of the log of one app, read with a cursor: GET /v1/events?after=.',
        messages,
      },
    },
    operations: {
      postWebhook: {
        action: 'send',
        summary: 'An event is posted to an endpoint that wants its type',
        ...channel('webhook', 'signature'),
      },
      showFeed: {
        action: 'send',
        summary: 'An event is in the feed as soon as its transaction has committed',
        ...channel('feed', 'apiKey'),
      },
    },
    components: {
      securitySchemes: {
        signature: {
          ...{ type: 'httpApiKey', in: 'header', name: 'webhook-signature' },
          description: 'By Standard Webhooks, over webhook-id, webhook-timestamp and the body.',
        },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key or a token with the scope events:read.' },
      },
      messages: Object.fromEntries(
        types.map((type) => [
          type,
          { name: type, title: type, payload: { $ref: `catalogue.schema.json#/definitions/${type}` } },
        ]),
      ),
    },
  };
}
