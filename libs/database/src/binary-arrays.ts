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

/** Type ids of pg_type, which never change. */
const BYTEA = 17;
const TEXT = 25;
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

function arrayOf(type: number, values: readonly (string | Uint8Array | null)[], version: number | undefined): Buffer {
  const extra = version === undefined ? 0 : 1;
  const lengths = values.map((value) => {
    if (value === null) return NULL_LENGTH;
    return extra + (typeof value === 'string' ? Buffer.byteLength(value) : value.length);
  });
  const size = lengths.reduce((sum, length) => sum + LENGTH_BYTES + Math.max(0, length), HEAD_BYTES);
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(lengths.includes(NULL_LENGTH) ? 1 : 0, 4);
  bytes.writeInt32BE(type, 8);
  bytes.writeInt32BE(values.length, 12);
  bytes.writeInt32BE(1, 16);
  let at = HEAD_BYTES;
  for (const [index, value] of values.entries()) {
    const length = lengths[index]!;
    at = bytes.writeInt32BE(length, at);
    if (value === null) continue;
    if (version !== undefined) bytes[at] = version;
    if (typeof value === 'string') bytes.write(value, at + extra, 'utf8');
    else bytes.set(value, at + extra);
    at += length;
  }
  return bytes;
}
