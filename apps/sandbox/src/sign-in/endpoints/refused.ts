import { json, NO_STORE, type Reply } from '../api/reply.js';
import type { Dialect, Refusal } from '../providers/dialect.js';

/** A request of a client is not granted. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly why: Refusal) {
    super(why);
  }
}

/** In the words of the provider. */
export function refusalReply(dialect: Dialect, { why }: Refused): Reply {
  const { status, error, description } = dialect.refusal(why);
  const challenge = status === 401 ? { 'www-authenticate': `Basic realm="${dialect.title}"` } : {};
  const body = { error, ...(description !== undefined && { error_description: description }) };
  return { ...json(status, body, { ...NO_STORE, ...challenge }), error };
}
