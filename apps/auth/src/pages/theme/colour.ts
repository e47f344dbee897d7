/** `#rrggbb`. */
export type Colour = `#${string}`;

/** WCAG 2.2: text (1.4.3), and what one has to see of a control (1.4.11). */
export const READABLE = 4.5;
export const VISIBLE = 3;

const WHITE = '#ffffff';
const BLACK = '#000000';

/** How far two colours stand apart, 1 to 21: the contrast ratio of WCAG 2.2. */
export function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Text that can be read on `ground`, whatever colour that is. */
export function textOn(ground: Colour): Colour {
  return contrast(WHITE, ground) >= READABLE ? WHITE : BLACK;
}

/** `colour`, or what is nearest to it on its way to black or white and stands out from `ground` by `ratio`. */
export function standingOut(colour: Colour, ground: Colour, ratio: number): Colour {
  const end = contrast(BLACK, ground) > contrast(WHITE, ground) ? BLACK : WHITE;
  for (let part = 0; part < 1; part += 0.02) {
    const mixed = mix(colour, end, part);
    if (contrast(mixed, ground) >= ratio) return mixed;
  }
  return end;
}

function mix(colour: Colour, end: Colour, part: number): Colour {
  const [from, to] = [channels(colour), channels(end)];
  const mixed = from.map((value, index) => Math.round(value + (to[index]! - value) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: Colour): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
