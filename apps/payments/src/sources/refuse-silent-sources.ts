import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { SOURCES_WITHOUT_SECRET } from './source.queries.js';

/** There are sources whose webhooks could only be refused; the message names them and the remedy. */
export class SourceWithoutSecret extends Error {
  override readonly name = 'SourceWithoutSecret';

  constructor(sources: readonly { readonly id: Uuid; readonly name: string }[]) {
    const named = sources.map(({ id, name }) => `${formatId('stripeSource', id)} ("${name}")`).join(', ');
    super(
      `no signing secret counts now or later for the Stripe source${sources.length === 1 ? '' : 's'} ${named}: give it one with a later not_after, or delete it (tables stripe_secret, stripe_source); unsigned webhooks are never taken`,
    );
  }
}

/**
 * For the service to call before it starts.
 *
 * A database that does not answer just now, or is not migrated yet, is no reason not to start: it then takes no webhook
 * either, and the figure `stripe_sources_without_secret` tells as soon as it does.
 *
 * @throws SourceWithoutSecret
 */
export async function refuseSilentSources(sql: Sql, logger: Logger): Promise<void> {
  const silent = await sql.query<{ id: Uuid; name: string }>(SOURCES_WITHOUT_SECRET).then(
    ({ rows }) => rows,
    (error: unknown) => {
      logger.warn({ err: error }, 'whether every Stripe source has a secret could not be seen');
      return [];
    },
  );
  if (silent.length > 0) throw new SourceWithoutSecret(silent);
}
