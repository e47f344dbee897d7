import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { iPhoneOf } from '../make-app.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { untilTold } from './providers-well.ts';

/** What a guard without a history lets be deleted is a hundred. */
const PHONES = 150;

/** What is said to be no more: phones, and webhook endpoints. */
export const GONE: readonly Scenario[] = [
  {
    name: 'phones-gone',
    what: 'Apple calls more phones gone than usual',
    must: ['DeletionGuardTripped'],
    may: [],
    async strike(stage) {
      for (let phone = 0; phone < PHONES; phone += 1)
        await stage.asApp('push', 'PUT', `/v1/devices/gone-${phone}`, iPhoneOf('everybody', 'deaddead'));
      await stage.send({ to: { userId: 'everybody' }, options: { priority: 'bulk' } });
      return async () => {
        await releaseGuards(stage);
        await untilTold();
      };
    },
  },
  {
    name: 'endpoint-gone',
    what: "an app's backend answers that its webhook endpoint is gone",
    must: ['WebhookEndpointsDisabled'],
    may: [],
    // The rule looks back by an hour, at something that has to be there.
    factor: 120,
    calm: 33,
    async strike(stage) {
      const backend = createServer((request, response) => {
        request.resume();
        response.writeHead(410).end();
      });
      backend.listen(0, '127.0.0.1');
      await once(backend, 'listening');
      const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
      const endpoint = { url, eventTypes: ['delivery.sent'] };
      const { id } = await stage.asApp<{ id: string }>('events', 'POST', '/v1/webhook-endpoints', endpoint);
      return async () => {
        await stage.asApp('events', 'DELETE', `/v1/webhook-endpoints/${id}`);
        backend.closeAllConnections();
        backend.close();
      };
    },
  },
];

async function releaseGuards(stage: Stage): Promise<void> {
  const { guards } = await stage.asOperator<{ guards: { credentialId: string }[] }>(
    'push',
    'GET',
    '/v1/deletion-guards',
  );
  for (const { credentialId } of guards)
    await stage.asOperator('push', 'POST', `/v1/deletion-guards/${credentialId}/release`, { verdict: 'delete' });
}
