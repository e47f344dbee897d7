import type { Bound } from '../measure/bound.ts';
import type { Comparison } from '../measure/comparison.ts';
import { spelled } from '../measure/spread.ts';
import { atLeast, atMost } from './outcome.ts';

/** What a comparison came to, for a terminal. */
export function comparisonText({ name, unit, about, rounds, sides, ratios, noise }: Comparison): string {
  const width = Math.max(...sides.map((side) => side.name.length));
  const figures = sides.map((side) => {
    const { perSecond, p50, p99, cpu } = side;
    const waits = [p50 && `p50 ${p50.median.toFixed(1)} ms`, p99 && `p99 ${p99.median.toFixed(1)} ms`];
    const spent = Object.entries(cpu).map(([who, spread]) => `${who} ${spread.median.toFixed(0)}`);
    const parts = [`${spelled(perSecond, 0)} a second`, ...waits, spent.length > 0 && `µs: ${spent.join(', ')}`];
    return `  ${side.name.padEnd(width)}  ${parts.filter(Boolean).join('   ')}`;
  });
  const promised = ratios.map((claim) => {
    const { side, against, ratio, floor, aim } = claim;
    const wanted = floor === undefined ? '' : `   floor ${floor}, aim ${aim}: ${atLeast(ratio.median, claim)}`;
    return `  ${side} / ${against}: ${spelled(ratio, 2)}${wanted}`;
  });
  const own = `  noise, ${noise.side} / itself: ${spelled(noise.ratio, 2)}`;
  return [
    `${name}: ${unit}, ${rounds} rounds, median (least to most)`,
    `  ${about}`,
    ...figures,
    ...promised,
    own,
  ].join('\n');
}

export function boundText(bound: Bound): string {
  const { name, about, unit, measured, atMost: most, aim } = bound;
  const wanted = most === undefined ? '' : `   at most ${most}, aim ${aim ?? most}: ${atMost(measured.median, bound)}`;
  return `${name}: ${spelled(measured, 1)} ${unit}${wanted}\n  ${about}`;
}
