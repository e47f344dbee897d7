import { describe, expect, it } from '@jest/globals';
import { type Colour, PALETTE } from './palette.js';
import { STYLE } from './style.js';

const ON_EVERY_GROUND: readonly Colour[] = ['text', 'quiet', 'accent', 'bad'];
const GROUNDS: readonly Colour[] = ['ground', 'card', 'sunk'];

/** Text and what it stands on, as the style sheet has them. */
const TEXTS: readonly (readonly [Colour, Colour])[] = [
  ...ON_EVERY_GROUND.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
  ['good', 'card'],
  ['wait', 'card'],
  ['good', 'good-ground'],
  ['bad', 'bad-ground'],
  ['wait', 'wait-ground'],
  ['accent', 'accent-ground'],
  ['text', 'good-ground'],
  ['text', 'bad-ground'],
  ['on-accent', 'accent'],
];

/** What is no text and has to be told from what is around it: edges of fields, bars of charts, the ring of what has the focus. */
const SHAPES: readonly (readonly [Colour, Colour])[] = [
  ['edge', 'ground'],
  ['edge', 'card'],
  ['accent', 'ground'],
  ['accent', 'card'],
  ['good', 'card'],
  ['bad', 'card'],
];

/** WCAG 2.2, 1.4.3: the contrast of two colours, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the palette where it is %s', (_name, place) => {
  it.each(TEXTS)('has %s on %s in a contrast of 4.5 at least', (text, ground) => {
    expect(contrast(PALETTE[text][place], PALETTE[ground][place])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(SHAPES)('tells %s from %s with a contrast of 3 at least', (shape, ground) => {
    expect(contrast(PALETTE[shape][place], PALETTE[ground][place])).toBeGreaterThanOrEqual(3);
  });
});

describe('the style sheet', () => {
  it('has no colour that is not in the palette, but for the second light of the mark', () => {
    const beside = STYLE.slice(STYLE.indexOf('}') + 1).match(/#[0-9a-f]{3,8}\b/g);
    expect(beside).toEqual(['#fbbf24']);
  });

  it('asks for no colour that the palette does not have', () => {
    const asked = [...STYLE.matchAll(/var\(--([a-z-]+)\)/g)].map(([, name]) => name!);
    expect(asked.filter((name) => !(name in PALETTE))).toEqual([]);
  });
});
