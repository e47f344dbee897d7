import { parseId, type Uuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';

export const NO_ENDPOINT = { description: "No such endpoint, or another app's" };
export const IS_DISABLED = { description: 'The endpoint is disabled' };

export function endpointNotFound() {
  return problems.notFound('There is no webhook endpoint with this id.');
}

/** @throws Problem 404 for anything that is no id of an endpoint. */
export function endpointIdOf(id: string): Uuid {
  const endpoint = parseId('webhookEndpoint', id);
  if (endpoint === undefined) throw endpointNotFound();
  return endpoint;
}

export function endpointDisabled() {
  return problems.conflict(
    'endpoint_disabled',
    'The endpoint is disabled: enable it first, with PATCH {"enabled": true}.',
  );
}
