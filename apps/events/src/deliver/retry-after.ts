/** No longer than the longest wait of our own: a stranger's header must not put a delivery off for ever. Milliseconds. */
const LONGEST_MS = 24 * 3_600_000;

/** RFC 9110 section 10.2.3, seconds or a date, in milliseconds; undefined for no header or one that is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const wait = milliseconds(header, now);
  return Number.isNaN(wait) ? undefined : Math.min(LONGEST_MS, Math.max(0, wait));
}

function milliseconds(header: string, now: Date): number {
  if (/^\d{1,10}$/.test(header)) return Number(header) * 1_000;
  // Date.parse alone would take "-5" for a year.
  return header.endsWith(' GMT') ? Date.parse(header) - now.getTime() : NaN;
}
