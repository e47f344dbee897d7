import { randomFillSync } from 'node:crypto';

/**
 * Public ids are TypeIDs: a prefix that says what the thing is, and a UUIDv7 in Crockford base32
 * (https://github.com/jetify-com/typeid, specification 0.3). Inside the database the bare UUID is kept.
 */
const ID_PREFIXES = {
  app: 'app',
  key: 'key',
  credential: 'crd',
  device: 'dev',
  notification: 'ntf',
  delivery: 'dlv',
  event: 'evt',
  work: 'wrk',
  webhookEndpoint: 'whe',
  webhookSecret: 'whs',
  webhookDelivery: 'whd',
  payment: 'pay',
  operation: 'op',
  stripeSource: 'sts',
  stripeSecret: 'sss',
  stripeEvent: 'ste',
  braintreeEvent: 'bte',
  ledgerTransaction: 'ltx',
  user: 'usr',
  factor: 'fct',
  session: 'ses',
  client: 'cli',
  signInAlert: 'sia',
  mail: 'mal',
  dataRequest: 'drq',
  audit: 'aud',
  tokenIssuer: 'tki',
  identity: 'idn',
  broadcast: 'bct',
  schedule: 'sch',
  deadLetterRun: 'dlr',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUE_OF = new Map(Array.from(ALPHABET, (letter, value) => [letter, BigInt(value)]));
const SUFFIX_LENGTH = 26;
/** Ten bits are two letters. */
const PAIRS = Array.from({ length: 1_024 }, (_, bits) => ALPHABET[bits >> 5]! + ALPHABET[bits & 31]!);

/** A canonical lower-case UUID string. */
export type Uuid = string;

/** Stands where an app's id does for what belongs to no app but to the whole installation, such as what its operators do. */
export const INSTALLATION: Uuid = '00000000-0000-0000-0000-000000000000';

/** By character code; of all others it does not matter. */
const HEX_VALUES = Uint8Array.from({ length: 128 }, (_, code) => Number.parseInt(String.fromCharCode(code), 16) || 0);
const DASH = '-'.charCodeAt(0);

/** What the digit of the variant (RFC 9562 section 4.1) is, by the two bits that are free in it. */
const VARIANTS = '89ab';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const TAIL_BYTES = 10;
const random = Buffer.alloc(TAIL_BYTES * 512);
let randomOffset = random.length;

let lastTime = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, a 12-bit counter within the millisecond (section 6.2,
 * method 1), then random bits. Ids of one process sort in the order of their making, so that two facts of one transaction
 * read in the feed as they happened. A clock that goes back is not followed.
 */
export function newUuid(now: number = Date.now()): Uuid {
  if (randomOffset >= random.length) {
    randomFillSync(random);
    randomOffset = 0;
  }
  const tailAt = randomOffset;
  randomOffset += TAIL_BYTES;
  counter = now > lastTime ? random.readUInt16BE(tailAt) & 0x3ff : counter + 1;
  lastTime = Math.max(now, lastTime);
  if (counter > 0xfff) {
    counter = 0;
    lastTime += 1;
  }
  random.writeUInt16BE(counter, tailAt);
  return uuidFromTimeAndTail(lastTime, random, tailAt);
}

/**
 * A UUIDv7 whose time is `now` and whose other 74 bits come from `tail` (10 bytes from `from` on). The same input gives the
 * same id: a delivery's id is made so, and stays the same over every attempt.
 */
export function uuidFromTimeAndTail(now: number, tail: Uint8Array, from = 0): Uuid {
  const time = now.toString(16).padStart(12, '0');
  const of = (at: number): string => HEX[tail[from + at]!]!;
  const counted = HEX[(tail[from]! & 0x0f) | 0x70]! + of(1);
  const variant = HEX[(tail[from + 2]! & 0x3f) | 0x80]! + of(3);
  return `${time.slice(0, 8)}-${time.slice(8)}-${counted}-${variant}-${of(4)}${of(5)}${of(6)}${of(7)}${of(8)}${of(9)}`;
}

/**
 * A UUIDv7 of the same time as another, whose other 74 bits come from `tail`: twenty hexadecimal digits and perhaps more, as a hash is
 * quickest written. The same as `uuidFromTimeAndTail` of its bytes.
 */
export function uuidAtTimeOf(other: Uuid, tail: string): Uuid {
  const variant = VARIANTS[HEX_VALUES[tail.charCodeAt(4)]! & 3]!;
  return `${other.slice(0, 14)}7${tail.slice(1, 4)}-${variant}${tail.slice(5, 8)}-${tail.slice(8, 20)}`;
}

/** The milliseconds since 1970 that a UUIDv7 carries. */
export function timeOfUuid(uuid: Uuid): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The smallest UUID a given millisecond can have: the lower bound of a time range over ids. */
export function firstUuidAt(time: number): Uuid {
  const hex = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

/** `ntf_01h455vb4pex5vsknk084sn02q` from a kind and a UUID. */
export function formatId(kind: IdKind, uuid: Uuid): string {
  // 130 bits: two of nothing and the first eight, then twenty at a time.
  let suffix = '';
  let bits = 0;
  let digits = 3;
  for (let at = 0; at < uuid.length; at += 1) {
    const code = uuid.charCodeAt(at);
    if (code === DASH) continue;
    bits = (bits << 4) | HEX_VALUES[code]!;
    digits += 1;
    if (digits % 5 > 0) continue;
    suffix += suffix === '' ? PAIRS[bits]! : PAIRS[bits >> 10]! + PAIRS[bits & 1_023]!;
    bits = 0;
  }
  return `${ID_PREFIXES[kind]}_${suffix}`;
}

/** The UUID inside a TypeID of that kind, or `undefined` for anything else (wrong prefix, length, letter or overflow). */
export function parseId(kind: IdKind, id: string): Uuid | undefined {
  const prefix = `${ID_PREFIXES[kind]}_`;
  const suffix = id.slice(prefix.length);
  if (!id.startsWith(prefix) || suffix.length !== SUFFIX_LENGTH || suffix[0]! > '7') return undefined;
  let value = 0n;
  for (const letter of suffix) {
    const digit = VALUE_OF.get(letter);
    if (digit === undefined) return undefined;
    value = (value << 5n) | digit;
  }
  const hex = value.toString(16).padStart(32, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
