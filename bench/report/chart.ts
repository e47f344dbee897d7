import type { Comparison } from '../measure/comparison.ts';
import { atLeast } from './outcome.ts';
import type { Results } from './results.ts';

const WIDTH = 960;
const LEFT = 430;
const RIGHT = 110;
const ROW = 26;
const HEAD = 74;
const BESIDE_OTHERS = 'Signalbox beside others, times their rate in the same run';
const COLOUR = { aim: '#1a7f37', holds: '#0969da', 'does not hold': '#cf222e', '': '#8c959f' };

interface Row {
  readonly label: string;
  readonly ratio: Comparison['ratios'][number];
}

/**
 * Every ratio as a bar from 1 (as quick as the other) on a logarithmic scale, its range as a line, floor and aim as marks. It stands on
 * both light and dark grounds.
 */
export function chartOf({ comparisons, commit, at, machine }: Results, title = BESIDE_OTHERS): string {
  const rows: Row[] = comparisons.flatMap(({ name, ratios }) =>
    ratios.map((ratio) => ({ label: `${name}: ${ratio.side} / ${ratio.against}`, ratio })),
  );
  const values = rows.flatMap(({ ratio }) => [ratio.ratio.least, ratio.ratio.most, ratio.aim ?? 1, 1]);
  const [low, high] = [Math.min(...values) / 1.15, Math.max(...values) * 1.15].map(Math.log) as [number, number];
  const x = (value: number): number => LEFT + ((Math.log(value) - low) / (high - low || 1)) * (WIDTH - LEFT - RIGHT);
  const height = HEAD + rows.length * ROW + 40;
  const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].filter((value) => Math.log(value) > low && Math.log(value) < high);
  const text = (left: number, top: number, words: string, more = ''): string =>
    `<text x="${left.toFixed(1)}" y="${top}" ${more}>${escaped(words)}</text>`;
  const grid = ticks.map(
    (value) =>
      `<line x1="${x(value).toFixed(1)}" x2="${x(value).toFixed(1)}" y1="${HEAD - 8}" y2="${height - 30}" stroke="#8c959f" stroke-opacity="${value === 1 ? 0.9 : 0.3}"/>` +
      text(x(value), height - 14, `${value} x`, 'text-anchor="middle" fill="#6e7781"'),
  );
  const head = text(16, 24, title, 'font-size="16" fill="#6e7781"');
  const below = `median and range of ${comparisons[0]?.rounds ?? 0} rounds; | floor, ◆ aim; ${machine.processors} processors, Node ${machine.node}, ${commit}, ${at.slice(0, 10)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    head,
    text(16, 44, below, 'fill="#6e7781"'),
    ...grid,
    ...rows.map((row, index) => barOf(row, HEAD + index * ROW, x)),
    '</svg>\n',
  ].join('\n');
}

function barOf({ label, ratio }: Row, top: number, x: (value: number) => number): string {
  const { median, least, most } = ratio.ratio;
  const middle = top + ROW / 2;
  const colour = COLOUR[atLeast(median, ratio)];
  const [from, to] = [Math.min(x(1), x(median)), Math.max(x(1), x(median))];
  const mark = (value: number | undefined, shape: (at: number) => string): string =>
    value === undefined ? '' : shape(x(value));
  return [
    `<text x="${LEFT - 12}" y="${middle + 4}" text-anchor="end" fill="#6e7781">${escaped(label)}</text>`,
    `<rect x="${from.toFixed(1)}" y="${top + 5}" width="${(to - from).toFixed(1)}" height="${ROW - 10}" fill="${colour}" fill-opacity="0.75"/>`,
    `<line x1="${x(least).toFixed(1)}" x2="${x(most).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="${colour}" stroke-width="2"/>`,
    mark(
      ratio.floor,
      (at) =>
        `<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="${top + 2}" y2="${top + ROW - 2}" stroke="#6e7781" stroke-width="2"/>`,
    ),
    mark(ratio.aim, (at) => `<path d="M${at.toFixed(1)} ${middle - 5} l5 5 l-5 5 l-5 -5 z" fill="#6e7781"/>`),
    `<text x="${WIDTH - RIGHT + 12}" y="${middle + 4}" fill="${colour}">${median.toFixed(2)} x</text>`,
  ].join('');
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
