/** What an authenticator says, before it is bytes. */
export type CborValue = number | string | Buffer | ReadonlyMap<number | string, CborValue>;

/** As much of CBOR (RFC 8949) as authenticators speak: integers, texts, bytes and maps. */
export function encodeCbor(value: CborValue): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const members = [...value].flatMap(([key, member]): CborValue[] => [key, member]);
  return Buffer.concat([head(5, members.length / 2), ...members.map(encodeCbor)]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length);
  if (length < 0x100) return Buffer.of((major << 5) | 24, length);
  return Buffer.of((major << 5) | 25, length >> 8, length & 0xff);
}
