import type { Cap, QuietWindow } from '@signalbox/contracts';

/** Names a rule as an operator finds it: `policy v7: category marketing, max 3 per day`. */
export function ruleWords(version: number, category: string | undefined, rule: string): string {
  return `policy v${version}: ${category === undefined ? 'no category' : `category ${category}`}, ${rule}`;
}

export function capWords({ max, perSeconds }: Cap): string {
  return `max ${max} per ${lengthWords(perSeconds)}`;
}

export function windowWords({ days, start, end }: QuietWindow): string {
  return `${days === undefined ? '' : `${days.join(' ')} `}${start}-${end}`;
}

const UNITS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
  { unit: 'second', seconds: 1 },
];

function lengthWords(seconds: number): string {
  const { unit, seconds: length } = UNITS.find((each) => seconds % each.seconds === 0)!;
  return seconds === length ? unit : `${seconds / length} ${unit}s`;
}
