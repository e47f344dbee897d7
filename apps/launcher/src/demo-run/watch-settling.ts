import { setTimeout as delay } from 'node:timers/promises';
import type { Signalbox } from '@signalbox/server';
import { SETTLING_EVENTS, type Settlements } from './settlements.js';

/** Milliseconds between two looks at a feed that has nothing new. */
const PAUSE = 100;
/** Milliseconds without any news after which it is not waited any longer. Retries over their budget wait for a minute. */
const PATIENCE = 75_000;
const PAGE = 500;

/**
 * Reads the feed until everything has come to its end, or nothing happens any more; what is left is for the table to say.
 * It reads to the end of the feed even then: what became of phones is written with the last outcome, perhaps behind it.
 *
 * @param after the cursor from before the first notification was sent.
 */
export async function watchSettling(
  signalbox: Signalbox,
  after: string,
  settlements: Settlements,
  onProgress: () => void,
): Promise<void> {
  let cursor = after;
  let lastNews = performance.now();
  for (;;) {
    const page = await signalbox.events.list({ after: cursor, types: SETTLING_EVENTS, limit: PAGE });
    cursor = page.next;
    for (const event of page.events) settlements.see(event);
    if (page.events.length > 0) lastNews = performance.now();
    onProgress();
    if (!page.caughtUp) continue;
    if (settlements.left === 0 || performance.now() - lastNews > PATIENCE) return;
    await delay(PAUSE);
  }
}
