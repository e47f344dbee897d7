import type { Results } from './results.ts';

/** Each ratio and bound beside what was committed last. A difference counts when the two ranges do not even touch. */
export function againstCommitted(now: Results, before: Results | undefined): string {
  if (before === undefined) return 'nothing was committed before to compare with';
  const earlier = new Map(figuresOf(before).map((figure) => [figure.name, figure]));
  const lines = figuresOf(now).map(({ name, least, median, most, isBetterUp }) => {
    const then = earlier.get(name);
    if (then === undefined) return `  ${name}: ${median.toFixed(2)}, new`;
    const isApart = least > then.most || most < then.least;
    const isBetter = median > then.median === isBetterUp;
    const word = isApart ? (isBetter ? 'BETTER' : 'WORSE') : 'the same within the noise';
    return `  ${name}: ${median.toFixed(2)}, was ${then.median.toFixed(2)}: ${word}`;
  });
  return [`beside ${before.commit} of ${before.at.slice(0, 10)}:`, ...lines].join('\n');
}

interface Figure {
  readonly name: string;
  readonly least: number;
  readonly median: number;
  readonly most: number;
  readonly isBetterUp: boolean;
}

function figuresOf({ comparisons, bounds }: Results): Figure[] {
  return [
    ...comparisons.flatMap(({ name, ratios }) =>
      ratios.map(({ side, against, ratio }) => ({ name: `${name}: ${side} / ${against}`, ...ratio, isBetterUp: true })),
    ),
    ...bounds.map(({ name, measured }) => ({ name, ...measured, isBetterUp: false })),
  ];
}
