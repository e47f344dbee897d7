import type { Colour } from '../theme/colour.js';

/** The colours that are ours; an app brings its accent. What stands on what is checked in theme/colour.test.ts. */
export interface Palette {
  readonly ground: Colour;
  readonly card: Colour;
  readonly ink: Colour;
  readonly quiet: Colour;
  /** Lines that only part; and edges of what can be used, which have to be seen. */
  readonly line: Colour;
  readonly edge: Colour;
  readonly bad: Colour;
  readonly badGround: Colour;
  readonly good: Colour;
  readonly goodGround: Colour;
}

export const PALETTES = {
  light: {
    ground: '#f3f4f7',
    card: '#ffffff',
    ink: '#14171c',
    quiet: '#565e6a',
    line: '#e1e4ea',
    edge: '#848c99',
    bad: '#b3261e',
    badGround: '#fdecea',
    good: '#1a7f46',
    goodGround: '#e7f5ec',
  },
  dark: {
    ground: '#0e1014',
    card: '#171a20',
    ink: '#eceef2',
    quiet: '#a2aab6',
    line: '#2a2f38',
    edge: '#6d7683',
    bad: '#ff8f84',
    badGround: '#3a1a1b',
    good: '#5fd08f',
    goodGround: '#12301f',
  },
} as const satisfies Record<string, Palette>;

/** A palette as CSS variables: `badGround` is `--bad-ground`. */
export function variables(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${value}`)
    .join(';');
}
