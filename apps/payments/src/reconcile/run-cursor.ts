import { setTimeout as sleep } from 'node:timers/promises';
import type { StripeCalls } from '../read-stripe/stripe-calls.js';
import type { CursorLease } from './cursor-lease.js';
import { ENDPOINT_OF, firstPage, readPage, type EventPage } from './event-pages.js';
import { fillGap, type FillParts } from './fill-gap.js';
import { Gap } from './gap.js';
import { RunStopped } from './run-stopped.js';
import { sliceOf, type Slice } from './slices.js';
import { windowsSince } from './windows.js';

/** What a run waits for the next page; for longer it gives up and comes again. */
const LONGEST_WAIT_MS = 30_000;
const MOST_WAITS = 20;
/** The lease is kept at least this often while a run waits. */
const LONGEST_SILENCE_MS = 5_000;
/** An account that took its permission back, or a key that may not read events: somebody has to act first. */
const FORBIDDEN_MS = 6 * 3_600_000;

export interface RunParts extends FillParts {
  readonly calls: StripeCalls;
  /** Events younger than this are left to their webhooks. */
  readonly graceMs: number;
  readonly signal: AbortSignal;
  /** Hears when so much time has passed that events of before cannot be listed any more. */
  readonly onTooOld: (since: Date) => void;
}

/**
 * Compares one slice of an account's events with ours, from where the last complete run ended. Progress is kept after every
 * day that was compared; the run counts as done only when nothing is left.
 *
 * @throws RunStopped, or whatever the database throws.
 */
export async function runCursor(parts: RunParts, lease: CursorLease): Promise<Gap> {
  const { through, now, slice: name } = lease.cursor;
  const slice = sliceOf(name)!;
  const { windows, tooOld } = windowsSince(through, now, parts.graceMs);
  if (tooOld) parts.onTooOld(through);
  const gap = new Gap();
  for (const window of windows) {
    let path: string | undefined = firstPage(slice, window);
    while (path !== undefined) {
      const page = await pageAt(parts, lease, slice, path);
      await fillGap(parts, lease.cursor, page, gap);
      path = page.next;
    }
    await keep(lease, window.until);
  }
  if (!(await lease.finish(windows.at(-1)?.until, gap))) throw lost();
  return gap;
}

/** Waits where Stripe asks for a little patience: the pages that were read would have to be read again. */
async function pageAt(parts: RunParts, lease: CursorLease, slice: Slice, path: string): Promise<EventPage> {
  const { appId, account } = lease.cursor;
  for (let waits = 0; ; waits += 1) {
    if (parts.signal.aborted) throw stopping();
    await keep(lease);
    const answer = await parts.calls.get({ appId, account, path, endpoint: ENDPOINT_OF[slice.shape] });
    switch (answer.kind) {
      case 'answered': {
        const page = readPage(slice, path, answer.body);
        if (page === undefined || page.next === path) {
          throw new RunStopped('what Stripe answered is no list of events', FORBIDDEN_MS);
        }
        return page;
      }
      case 'missing':
        throw new RunStopped('the event that the next page begins behind is gone', 0);
      case 'later': {
        const { ms, reason, forbidden } = answer;
        if (forbidden) throw new RunStopped(reason, account === '' ? ms : FORBIDDEN_MS);
        if (ms > LONGEST_WAIT_MS || waits === MOST_WAITS) throw new RunStopped(reason, ms);
        await wait(parts, lease, ms);
      }
    }
  }
}

/** Keeps the lease meanwhile, which is shorter than what Stripe may ask for. */
async function wait(parts: RunParts, lease: CursorLease, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= LONGEST_SILENCE_MS) {
    await sleep(Math.min(left, LONGEST_SILENCE_MS), undefined, { signal: parts.signal }).catch(() => {
      throw stopping();
    });
    await keep(lease);
  }
}

async function keep(lease: CursorLease, through?: number): Promise<void> {
  if (!(await lease.advance(through))) throw lost();
}

const stopping = (): RunStopped => new RunStopped('the service stops', 0);
const lost = (): RunStopped => new RunStopped('the lease was lost', 0);
