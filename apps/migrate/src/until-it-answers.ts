import { setTimeout } from 'node:timers/promises';
import { refuseUnfitDatabase } from '@signalbox/database';

/** A Postgres that is made beside its migration has an image to fetch and a database to make. Milliseconds. */
const PATIENCE_MS = 5 * 60_000;
const BETWEEN_TRIES_MS = 1_000;

/** For all that time nobody answered at DATABASE_URL. */
export class NobodyAnswers extends Error {
  override readonly name = 'NobodyAnswers';

  constructor() {
    super(
      `DATABASE_URL: no Postgres answered for ${PATIENCE_MS / 60_000} minutes; is it the right address, and is Postgres running?`,
    );
  }
}

/**
 * Waits for a database that does not answer yet. Whoever starts both at once, as Compose and Kubernetes do, need not start a migration again.
 *
 * @param onWait hears of it once, when nobody answered at first
 * @throws UnfitDatabase, NobodyAnswers
 */
export async function untilItAnswers(url: string, onWait: () => void): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let tries = 0; performance.now() < giveUpAt; tries += 1) {
    if ((await refuseUnfitDatabase({ url, poolerUrl: undefined })) === 'fits') return;
    if (tries === 0) onWait();
    await setTimeout(BETWEEN_TRIES_MS);
  }
  throw new NobodyAnswers();
}
