import { CountryRanges } from './country-ranges.js';

const LF = 10;
const COMMA = 44;
const ZERO = 48;

/** A file of ranges was not what its package promises; the message says where. */
export class RangesRefused extends Error {
  override readonly name = 'RangesRefused';
}

/** Reads lines of `first,last,country` with IPv4 addresses as numbers. @throws RangesRefused */
export function readV4Ranges(csv: Buffer): CountryRanges<number> {
  const count = countLines(csv);
  const [firsts, lasts] = [new Uint32Array(count), new Uint32Array(count)];
  const { countries, names } = readLines(csv, count, (line, first, last) => {
    firsts[line] = readNumber(csv, ...first);
    lasts[line] = readNumber(csv, ...last);
    return inOrder(firsts, lasts, line);
  });
  return new CountryRanges(firsts, lasts, countries, names);
}

/** The same with IPv6 addresses: of their 128 bits the first 64 are kept, and no range is finer. @throws RangesRefused */
export function readV6Ranges(csv: Buffer): CountryRanges<bigint> {
  const count = countLines(csv);
  const [firsts, lasts] = [new BigUint64Array(count), new BigUint64Array(count)];
  const { countries, names } = readLines(csv, count, (line, first, last) => {
    firsts[line] = BigInt(csv.toString('latin1', ...first)) >> 64n;
    lasts[line] = BigInt(csv.toString('latin1', ...last)) >> 64n;
    return inOrder(firsts, lasts, line);
  });
  return new CountryRanges(firsts, lasts, countries, names);
}

/** Whether a range ends after it begins, and begins after the one before it ends. */
function inOrder(firsts: ArrayLike<number | bigint>, lasts: ArrayLike<number | bigint>, line: number): boolean {
  return firsts[line]! <= lasts[line]! && (line === 0 || firsts[line]! > lasts[line - 1]!);
}

type Span = readonly [from: number, to: number];

function readLines(
  csv: Buffer,
  count: number,
  /** Takes a line's two numbers in; false when they are out of order. */
  take: (line: number, first: Span, last: Span) => boolean,
): { countries: Uint8Array; names: string[] } {
  const countries = new Uint8Array(count);
  const names: string[] = [];
  const indexOfName = new Map<number, number>();
  let from = 0;
  for (let line = 0; line < count; line += 1) {
    const afterFirst = csv.indexOf(COMMA, from);
    const afterLast = csv.indexOf(COMMA, afterFirst + 1);
    if (afterFirst < 0 || afterLast < 0) throw new RangesRefused(`line ${line + 1} has no three fields`);
    if (!take(line, [from, afterFirst], [afterFirst + 1, afterLast])) {
      throw new RangesRefused(`line ${line + 1} is out of order`);
    }
    // Two letters: as a number they are found without making a string of each line's.
    const letters = csv.readUInt16BE(afterLast + 1);
    let index = indexOfName.get(letters);
    if (index === undefined) {
      index = names.push(csv.toString('latin1', afterLast + 1, afterLast + 3)) - 1;
      indexOfName.set(letters, index);
    }
    countries[line] = index;
    from = afterLast + 4;
    if (line + 1 < count && csv[from - 1] !== LF) throw new RangesRefused(`line ${line + 1} ends late`);
  }
  return { countries, names };
}

function countLines(csv: Buffer): number {
  let count = csv.length > 0 && csv.at(-1) !== LF ? 1 : 0;
  for (let at = csv.indexOf(LF); at >= 0; at = csv.indexOf(LF, at + 1)) count += 1;
  return count;
}

function readNumber(csv: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) value = value * 10 + csv[at]! - ZERO;
  return value;
}
