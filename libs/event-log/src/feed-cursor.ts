import type { Uuid } from '@signalbox/contracts';

/** A place in the feed: everything up to and including (`xid`, `id`) has been read. */
export interface FeedPosition {
  /** A dump and restore resets transaction ids; a position is only worth something in the generation it was taken in. */
  readonly generation: Uuid;
  readonly xid: bigint;
  readonly id: Uuid;
}

/** Not a cursor that this feed ever gave out. */
export class MalformedCursor extends Error {
  override readonly name = 'MalformedCursor';

  constructor() {
    super('not a cursor of this feed; pass the value of `next` exactly as it was received');
  }
}

/** A cursor of an earlier generation: the log was restored since, and its transaction ids mean something else now. */
export class CursorExpired extends Error {
  override readonly name = 'CursorExpired';

  constructor() {
    super('the event log was restored after this cursor was given out');
  }
}

const NIL_UUID: Uuid = '00000000-0000-0000-0000-000000000000';
const VERSION = 1;
const LENGTH = 1 + 16 + 8 + 16;

/** Just before every row whose transaction is `xid` or later. */
export function positionBefore(generation: Uuid, xid: bigint): FeedPosition {
  return { generation, xid, id: NIL_UUID };
}

/** An opaque, URL-safe cursor of 55 characters. */
export function formatCursor(position: FeedPosition): string {
  const bytes = Buffer.alloc(LENGTH);
  bytes.writeUInt8(VERSION, 0);
  bytes.set(uuidBytes(position.generation), 1);
  bytes.writeBigUInt64BE(position.xid, 17);
  bytes.set(uuidBytes(position.id), 25);
  return bytes.toString('base64url');
}

/** @throws MalformedCursor for anything that `formatCursor` would not have written. */
export function parseCursor(cursor: string): FeedPosition {
  const bytes = Buffer.from(cursor, 'base64url');
  // Node skips letters that are not base64url, so only the way back proves that every letter counted.
  if (bytes.length !== LENGTH || bytes[0] !== VERSION || bytes.toString('base64url') !== cursor) {
    throw new MalformedCursor();
  }
  return {
    generation: uuidFromBytes(bytes.subarray(1, 17)),
    xid: bytes.readBigUInt64BE(17),
    id: uuidFromBytes(bytes.subarray(25)),
  };
}

function uuidBytes(uuid: Uuid): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidFromBytes(bytes: Buffer): Uuid {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
