import { eventually } from '@signalbox/testing';
import type { Ids, Maker } from './maker.js';
import { idOf } from './asking.js';

export async function belongingsAtEvents({ asBackend }: Maker): Promise<Ids> {
  // Nobody listens there.
  const endpoint = await asBackend('events', 'POST /v1/webhook-endpoints', { url: 'http://127.0.0.1:1024/hooks' });
  const { secretId } = await secondSecret(idOf(endpoint));
  const delivery = await asBackend('events', `POST /v1/webhook-endpoints/${idOf(endpoint)}/test`);
  // The feed shows what is older than every transaction that still writes.
  const event = await eventually(
    async () => {
      const { events } = (await asBackend('events', 'GET /v1/events?limit=1')) as { events: readonly unknown[] };
      if (events.length === 0) throw new Error('nothing in the feed yet');
      return idOf(events[0]);
    },
    { within: 20_000 },
  );
  return {
    'events /v1/events/{id}': event,
    'events /v1/webhook-endpoints/{id}': idOf(endpoint),
    'events /v1/webhook-endpoints/{id}/deliveries/{deliveryId}': idOf(delivery),
    'events /v1/webhook-endpoints/{id}/secrets/{secretId}': secretId,
  };

  async function secondSecret(id: string): Promise<{ secretId: string }> {
    const answer = await asBackend('events', `POST /v1/webhook-endpoints/${id}/secrets`, {});
    return { secretId: idOf(answer) };
  }
}
