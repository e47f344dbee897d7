import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { wants } from './wants.js';

const appId = newUuid();
const [receiver, narrow] = [
  { id: newUuid(), appId, eventTypes: [] },
  { id: newUuid(), appId, eventTypes: ['delivery.dead'] },
];
const event = (type: string, subject = 'ntf_x', app = appId) => ({ appId: app, type, subject });
const own = formatId('webhookEndpoint', receiver.id);
const another = formatId('webhookEndpoint', newUuid());

describe('an endpoint', () => {
  it.each([
    ['any event of its app when it asked for none', receiver, event('delivery.sent'), true],
    ['the events that it asked for', narrow, event('delivery.dead'), true],
    ['no others', narrow, event('delivery.sent'), false],
    ["nothing of another app's", receiver, event('delivery.sent', 'ntf_x', newUuid()), false],
    ['what happens to another endpoint', receiver, event('webhook_endpoint.disabled', another), true],
    ['nothing of what happens to itself', receiver, event('webhook_endpoint.disabled', own), false],
    ['no test by way of the feed, its own or another one', receiver, event('webhook_endpoint.test', own), false],
    ['no test of another endpoint', receiver, event('webhook_endpoint.test', another), false],
  ])('gets %s', (_what, to, what, expected) => {
    expect(wants(to, what)).toBe(expected);
  });
});
