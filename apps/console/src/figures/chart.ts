import { type Html, html } from '@signalbox/html';
import { number } from '../pages/numbers.js';
import { type Hour, sumOf } from './read-figures.js';

export interface ChartParts {
  /** What is counted, such as `sent`. */
  readonly name: string;
  readonly hour: Hour;
  readonly tone: 'accent' | 'good' | 'bad';
  /** The time at which it ends, in milliseconds. */
  readonly now: number;
}

/** Of the drawing, which is stretched to whatever place it has. */
const [BAR, GAP, HEIGHT] = [6, 2, 48];

/**
 * The last hour as 60 bars, drawn here, so that it is there without a script. Whoever cannot see it is told in a sentence; each bar has its
 * minute and its count as a title.
 */
export function chart({ name, hour, tone, now }: ChartParts): Html {
  const most = Math.max(1, ...hour);
  const width = hour.length * (BAR + GAP) - GAP;
  return html`<svg
    class="chart ${tone}"
    viewBox="0 0 ${width} ${HEIGHT + 1}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${sentence(name, hour, now)}"
  >
    <rect class="floor" x="0" y="${HEIGHT}" width="${width}" height="1" />
    ${hour.map((count, place) => {
      // What there was is seen, however little it is beside the most.
      const height = count === 0 ? 0 : Math.max(2, Math.round((count / most) * HEIGHT));
      return html`<rect class="bar" x="${place * (BAR + GAP)}" y="${HEIGHT - height}" width="${BAR}" height="${height}">
        <title>${minute(now, hour.length - 1 - place)}: ${number(count)}</title>
      </rect>`;
    })}
  </svg>`;
}

function sentence(name: string, hour: Hour, now: number): string {
  const all = sumOf(hour);
  if (all === 0) return `${name}, each minute of the last hour: none`;
  const most = Math.max(...hour);
  const when = minute(now, hour.length - 1 - hour.lastIndexOf(most));
  return `${name}, each minute of the last hour: ${number(all)} in all, ${number(most)} at most, at ${when}, ${number(hour.at(-1)!)} in the last one`;
}

function minute(now: number, ago: number): string {
  return `${new Date(now - ago * 60_000).toISOString().slice(11, 16)} UTC`;
}
