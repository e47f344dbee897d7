/**
 * Arrays as Postgres writes them between machines: dimensions, whether there are nulls, the element's type, length, lower bound, then each
 * element behind its length. https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
 *
 * For parameters of hot statements of the `pg` adapter alone, which hands a Buffer over in binary form: it would write an array as text
 * otherwise, every element quoted and escaped, bytes as hexadecimal, for the server to undo.
 */
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
const UUID_BYTES = 16;
const INT_BYTES = 4;

/** Type ids of pg_type, which never change. */
const BOOL = 16;
const BYTEA = 17;
const INT = 23;
const TEXT = 25;
const TIMESTAMPTZ = 1_184;
const UUID = 2_950;
const JSONB = 3_802;
/** In front of each jsonb. */
const JSONB_VERSION = 1;

/** For `$n::text[]`. */
export function textArray(values: readonly (string | null)[]): Buffer {
  return arrayOf(TEXT, values, undefined);
}

/** For `$n::jsonb[]`; each is a JSON text. */
export function jsonbArray(values: readonly (string | null)[]): Buffer {
  return arrayOf(JSONB, values, JSONB_VERSION);
}

/** For `$n::bytea[]`. */
export function bytesArray(values: readonly (Uint8Array | null)[]): Buffer {
  return arrayOf(BYTEA, values, undefined);
}

/** For `$n::int[]`. */
export function intArray(values: readonly number[]): Buffer {
  const bytes = startArray(INT, values.length, false, values.length * INT_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    at = bytes.writeInt32BE(INT_BYTES, at);
    at = bytes.writeInt32BE(value, at);
  }
  return bytes;
}

/** For `$n::uuid[]`. @throws TypeError for what is no UUID. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  const present = values.reduce((count, value) => (value === null ? count : count + 1), 0);
  const bytes = startArray(UUID, values.length, present < values.length, present * UUID_BYTES);
  let at = HEAD_BYTES;
  // Columns of one app, or of one work row, are the same id again and again.
  let last: string | null = null;
  let lastAt = 0;
  for (const value of values) {
    at = bytes.writeInt32BE(value === null ? NULL_LENGTH : UUID_BYTES, at);
    if (value === null) continue;
    if (value === last) bytes.copyWithin(at, lastAt, lastAt + UUID_BYTES);
    else writeUuid(bytes, value, at);
    last = value;
    lastAt = at;
    at += UUID_BYTES;
  }
  return bytes;
}

/** For `$n::bool[]`. */
export function boolArray(values: readonly boolean[]): Buffer {
  const bytes = startArray(BOOL, values.length, false, values.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    at = bytes.writeInt32BE(1, at);
    at = bytes.writeUInt8(value ? 1 : 0, at);
  }
  return bytes;
}

/** Postgres counts from 2000-01-01. Milliseconds. */
const POSTGRES_EPOCH = 946_684_800_000;
const TIMESTAMP_BYTES = 8;

/** For `$n::timestamptz[]`. @throws RangeError for a date that is none. */
export function timestampArray(values: readonly Date[]): Buffer {
  const bytes = startArray(TIMESTAMPTZ, values.length, false, values.length * TIMESTAMP_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    at = bytes.writeInt32BE(TIMESTAMP_BYTES, at);
    at = bytes.writeBigInt64BE(BigInt(value.getTime() - POSTGRES_EPOCH) * 1_000n, at);
  }
  return bytes;
}

/** What a hexadecimal digit is worth, by its character code; others are worth less than nothing. */
const DIGIT = new Int8Array(128).fill(-1);
for (const digit of '0123456789abcdefABCDEF') DIGIT[digit.charCodeAt(0)] = Number.parseInt(digit, 16);
const worthOf = (text: string, place: number): number => DIGIT[text.charCodeAt(place)] ?? -1;
const HYPHEN = '-'.charCodeAt(0);
const HYPHENS = [8, 13, 18, 23] as const;
/** Where the first digit of each byte stands. */
const BYTE_AT = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const UUID_LENGTH = 36;

/** By hand, since Buffer wants hexadecimal digits without hyphens, which takes three times as long. */
function writeUuid(bytes: Buffer, uuid: string, at: number): void {
  // Below nothing, as soon as one digit is.
  let all = 0;
  for (let byte = 0; byte < UUID_BYTES; byte += 1) {
    const place = BYTE_AT[byte]!;
    const value = (worthOf(uuid, place) << 4) | worthOf(uuid, place + 1);
    all |= value;
    bytes[at + byte] = value;
  }
  const isUuid = all >= 0 && uuid.length === UUID_LENGTH && HYPHENS.every((place) => uuid.charCodeAt(place) === HYPHEN);
  if (!isUuid) throw new TypeError(`${uuid} is no UUID`);
}

function arrayOf(type: number, values: readonly (string | Uint8Array | null)[], version: number | undefined): Buffer {
  const extra = version === undefined ? 0 : 1;
  const lengths = lengthsOf(values, extra);
  const size = lengths.reduce((sum, length) => sum + Math.max(0, length), 0);
  const bytes = startArray(type, values.length, lengths.includes(NULL_LENGTH), size);
  let at = HEAD_BYTES;
  let last: string | Uint8Array | null = null;
  let lastAt = 0;
  for (const [index, value] of values.entries()) {
    const length = lengths[index]!;
    at = bytes.writeInt32BE(length, at);
    if (value === null) continue;
    if (value === last) bytes.copyWithin(at, lastAt, lastAt + length);
    else {
      if (version !== undefined) bytes[at] = version;
      if (typeof value === 'string') bytes.write(value, at + extra, 'utf8');
      else bytes.set(value, at + extra);
    }
    last = value;
    lastAt = at;
    at += length;
  }
  return bytes;
}

/** In bytes. What stands behind its like, as states and names of queues do, is not counted anew. */
function lengthsOf(values: readonly (string | Uint8Array | null)[], extra: number): number[] {
  const lengths: number[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) lengths.push(NULL_LENGTH);
    else if (index > 0 && value === values[index - 1]) lengths.push(lengths[index - 1]!);
    else lengths.push(extra + (typeof value === 'string' ? Buffer.byteLength(value) : value.length));
  }
  return lengths;
}

/** Room for so many elements of so many bytes together, behind the head. */
function startArray(type: number, count: number, hasNulls: boolean, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + count * LENGTH_BYTES + size);
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(hasNulls ? 1 : 0, 4);
  bytes.writeInt32BE(type, 8);
  bytes.writeInt32BE(count, 12);
  bytes.writeInt32BE(1, 16);
  return bytes;
}
