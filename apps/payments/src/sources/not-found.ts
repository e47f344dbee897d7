import { parseId, type Uuid } from '@signalbox/contracts';
import { problems } from '@signalbox/http';

export const NO_SOURCE = { description: "No such source, or another app's" };
export const NO_SECRET = { description: 'No such source or secret' };

export function sourceNotFound() {
  return problems.notFound('There is no Stripe source with this id.');
}

export function secretNotFound() {
  return problems.notFound('The source has no secret with this id.');
}

/** @throws Problem 404 for anything that is no id of a source. */
export function sourceIdOf(id: string): Uuid {
  const source = parseId('stripeSource', id);
  if (source === undefined) throw sourceNotFound();
  return source;
}

/** @throws Problem 404 for anything that is no id of a secret. */
export function secretIdOf(id: string): Uuid {
  const secret = parseId('stripeSecret', id);
  if (secret === undefined) throw secretNotFound();
  return secret;
}
