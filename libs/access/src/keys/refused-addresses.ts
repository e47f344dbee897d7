import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { prefixOf, type RefusedAddress } from '@signalbox/http';
import type { Logger, Metrics } from '@signalbox/telemetry';

/** Milliseconds between two facts about one key: whoever found it and tries it in a loop does not fill the log. */
const QUIET = 60_000;
/** More keys than this in one minute: start over. */
const MOST_KEYS = 10_000;

export interface RecordOptions {
  readonly sql: Sql;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => number;
}

/**
 * Puts on record that a key was used from where it may not be: its owner reads of it in the feed, at most once a minute for each key
 * and process. The fact has the network and not the address, which may be a person's.
 */
export function recordRefusedAddresses(options: RecordOptions): (refused: RefusedAddress) => Promise<void> {
  const { sql, logger, metrics, now = () => performance.now() } = options;
  const refusals = metrics.counter(
    'api_key_address_refusals_total',
    'Requests with an API key that may not be used from their address',
    [],
  );
  const toldAt = new Map<Uuid, number>();
  return async ({ appId, keyId: id, address }) => {
    refusals.inc();
    if (now() - (toldAt.get(id) ?? -Infinity) < QUIET) return;
    if (toldAt.size >= MOST_KEYS) toldAt.clear();
    toldAt.set(id, now());
    const [keyId, network] = [formatId('key', id), address === undefined ? null : prefixOf(address)];
    logger.warn({ keyId, network }, 'an API key was used from where it may not be; it was refused');
    await append(sql, [{ appId, type: 'api_key.address_refused', subject: keyId, data: { keyId, network } }]).catch(
      (error: unknown) => {
        toldAt.delete(id);
        logger.error({ err: error, keyId }, 'that an API key was refused could not be put on record');
      },
    );
  };
}
