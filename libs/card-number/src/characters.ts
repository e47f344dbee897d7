/** What a UTF-16 unit is to a number that people write: `DIGIT` and above are digits, by their value. */
export const OTHER = 0;
export const SEPARATOR = 1;
export const DIGIT = 16;

/** Where the ten digits of a script begin: ASCII, Arabic-Indic, Eastern Arabic, Devanagari, Bengali, Thai, full-width. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];

/** Spaces (U+3000 is as wide as a full-width digit) and those that take no room. */
const SPACES = [
  0x20,
  0xa0,
  0x1680,
  0x202f,
  0x205f,
  0x3000,
  0x200b,
  0x200c,
  0x200d,
  0x2060,
  0xfeff,
  ...range(0x2000, 0x200a),
];

/** Hyphens, dashes, the minus sign, the soft hyphen, their small and full-width forms. */
const DASHES = [0x2d, 0xad, 0x2212, 0xfe58, 0xfe63, 0xff0d, ...range(0x2010, 0x2015)];

const KINDS = new Uint8Array(0x10000);
for (const space of SPACES) KINDS[space] = SEPARATOR;
for (const dash of DASHES) KINDS[dash] = SEPARATOR;
for (const zero of ZEROS) for (let value = 0; value < 10; value += 1) KINDS[zero + value] = DIGIT + value;

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The kind of the unit at this place; the place must exist. */
export function kindAt(text: string, at: number): number {
  return KINDS[text.charCodeAt(at)]!;
}

/** Whether there is a letter of the alphabet that ids are written in, on either side of the text's end none. */
export function isLetterAt(text: string, at: number): boolean {
  const lowerCase = text.charCodeAt(at) | 0x20;
  return lowerCase >= 0x61 && lowerCase <= 0x7a;
}
