/** Colours of the console's own pages by what they are for: [where it is light, where it is dark]. The board has its own. */
export const PALETTE = {
  ground: ['#f4f6f5', '#0f1413'],
  card: ['#ffffff', '#171d1c'],
  sunk: ['#eef2f0', '#111716'],
  line: ['#dbe2df', '#2a3432'],
  /** Edges of what is pressed or filled in. */
  edge: ['#83918d', '#64736f'],
  text: ['#14201d', '#e8eeec'],
  quiet: ['#52625e', '#9aa9a5'],
  accent: ['#0d6e66', '#3ad6c2'],
  'accent-ground': ['#e0f2ef', '#12302c'],
  'on-accent': ['#ffffff', '#05201c'],
  good: ['#11703f', '#5fd693'],
  'good-ground': ['#e2f4e9', '#122d1f'],
  bad: ['#b3261e', '#ff8a80'],
  'bad-ground': ['#fdeceb', '#3b1a1b'],
  wait: ['#85540a', '#f6c453'],
  'wait-ground': ['#fcf2dc', '#33270f'],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

export type Colour = keyof typeof PALETTE;

/** As custom properties; the browser takes the one that fits the system. */
export const PALETTE_PROPERTIES = Object.entries(PALETTE)
  .map(([name, [light, dark]]) => `  --${name}: light-dark(${light}, ${dark});`)
  .join('\n');
