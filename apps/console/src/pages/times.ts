import { type Html, html } from '@signalbox/html';

const UNITS = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const;

/** `12 s`, `3 min`, `2 h`, `5 d`: one unit, rounded down. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const fitting = UNITS.find((each) => seconds >= 2 * each.seconds);
  return fitting ? `${Math.floor(seconds / fitting.seconds)} ${fitting.unit}` : `${seconds} s`;
}

/** A time as it matters to somebody who looks now: `2 h ago`, `in 3 min`. The exact time is its title. */
export function ago(iso: string, now: number = Date.now()): Html {
  const away = Date.parse(iso) - now;
  const words = away > 0 ? `in ${duration(away)}` : `${duration(-away)} ago`;
  return html`<time datetime="${iso}" title="${inUtc(iso)}">${words}</time>`;
}

/** A time to the second. Pages without a script do not know the reader's zone. */
export function exactly(iso: string): Html {
  return html`<time datetime="${iso}">${inUtc(iso)}</time>`;
}

function inUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
