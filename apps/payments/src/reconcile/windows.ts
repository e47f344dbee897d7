/** A span of time in which events were created, both ends included. Seconds since 1970, as Stripe counts them. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

/** Stripe lists no events that are older. */
const LISTED_SECONDS = 30 * 24 * 3_600;
/** Events may appear in the list later than they say; and several have the same second, of which some may be there already. */
const OVERLAP_SECONDS = 10 * 60;
/** After a long time away progress is kept after each of these. */
const PIECE_SECONDS = 24 * 3_600;

/**
 * What has to be listed so that everything created before `now - graceMs` is known, oldest first. The youngest events are left
 * to their webhooks, which are on their way. `tooOld`: what lies before can no longer be listed, and was not compared.
 */
export function windowsSince(
  through: Date,
  now: Date,
  graceMs: number,
): { readonly windows: readonly Window[]; readonly tooOld: boolean } {
  const until = Math.floor((now.getTime() - graceMs) / 1_000);
  const oldest = Math.floor(now.getTime() / 1_000) - LISTED_SECONDS;
  const wanted = Math.floor(through.getTime() / 1_000);
  const windows: Window[] = [];
  for (let from = Math.max(wanted - OVERLAP_SECONDS, oldest); from <= until; from += PIECE_SECONDS) {
    windows.push({ from, until: Math.min(until, from + PIECE_SECONDS) });
  }
  return { windows, tooOld: wanted < oldest };
}
