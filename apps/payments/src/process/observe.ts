import type { Uuid } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import { ContentBroken } from '@signalbox/credentials';
import { z } from 'zod';
import type { EventShape } from '../receive/received-event.js';
import { handlerOf, type AnyHandler } from './handlers/index.js';
import { KINDS, type Kind } from './kinds.js';
import { readShape, type Shape } from './normalise/shapes.js';
import { UnknownShape } from './normalise/unknown-shape.js';
import type { EventHead } from './seen.js';

/** An event in the inbox, as process.queries.ts reads it. */
export interface InboxRow {
  readonly id: Uuid;
  readonly stripeId: string;
  readonly appId: Uuid;
  readonly account: string;
  readonly livemode: boolean;
  readonly shape: EventShape;
  readonly type: string;
  readonly apiVersion: string | null;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly snapshotEvent: string | null;
  readonly created: Date;
  readonly content: Buffer;
  readonly dekId: Uuid;
  /** Milliseconds since it was received. */
  readonly age: number;
  /** Where in a trace it was received. */
  readonly trace: string | null;
}

/** What is told of an event that waits for a person. */
export type DeadEvent = Pick<InboxRow, 'id' | 'appId' | 'stripeId' | 'type'>;

/** Why nobody can decide about an event. */
export interface Dead {
  readonly row: DeadEvent;
  /** Of the object that it is about. */
  readonly objectKind: Kind;
  readonly reason: 'unknown_shape' | 'unreadable';
  readonly detail: string;
}

/**
 * An event that was opened and read:
 * - `stored`: nothing follows from its type;
 * - `dead`: a person has to look;
 * - `readable`: it goes on to its handler.
 */
export type Opened =
  | { readonly kind: 'stored'; readonly row: InboxRow; readonly detail?: string }
  | ({ readonly kind: 'dead' } & Dead)
  | Readable;

export interface Readable {
  readonly kind: 'readable';
  readonly row: InboxRow;
  readonly head: EventHead;
  readonly handler: AnyHandler;
  /** Undefined: it is thin, or of a kind of which only the present object counts and it could not be read. */
  readonly snapshot: object | undefined;
  readonly formerCustomer: string | undefined;
  /** Stripe has to be asked how the object stands now. */
  readonly isAsked: boolean;
}

const snapshotEvent = z.object({
  data: z.object({
    object: z.unknown(),
    previous_attributes: z.object({ customer: z.string().optional().catch(undefined) }).nullish(),
  }),
});

/** Opens an event and reads its object in the shape of its API version. */
export async function open(cipher: ContentCipher, row: InboxRow): Promise<Opened> {
  const type = row.type.replace(/^v1[.]/, '');
  const handler = handlerOf(type);
  if (handler === undefined) return { kind: 'stored', row };
  const isThin = row.shape === 'thin';
  if (isThin && row.objectId === null && handler.standsAlone !== true) {
    return { kind: 'stored', row, detail: 'a thin event that names no object says nothing' };
  }
  const head = {
    id: row.id,
    stripeId: row.stripeId,
    type,
    shape: row.shape,
    created: Math.floor(row.created.getTime() / 1_000),
  };
  if (handler.standsAlone === true) return { ...readable(row, head, handler), snapshot: {} };
  if (isThin) return { ...readable(row, head, handler), isAsked: true };
  const isAsked = KINDS[handler.kind].isAsked === true;
  const dead = (reason: Dead['reason'], detail: string): Opened => ({
    kind: 'dead',
    row,
    objectKind: handler.kind,
    reason,
    detail,
  });
  try {
    const { data } = snapshotEvent.parse(
      JSON.parse((await cipher.decrypt(row.appId, row.dekId, row.content)).toString()),
    );
    const formerCustomer = data.previous_attributes?.customer;
    const snapshot = readSnapshot(handler.kind, data.object, row.apiVersion, isAsked);
    return { ...readable(row, head, handler), snapshot, formerCustomer, isAsked };
  } catch (error) {
    if (error instanceof UnknownShape)
      return dead('unknown_shape', `$.data.object${error.path.slice(1)}: ${error.reason}`);
    if (error instanceof ContentBroken) return dead('unreadable', error.message);
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      return dead('unreadable', 'it is not the JSON of an event');
    throw error;
  }
}

function readable(row: InboxRow, head: EventHead, handler: AnyHandler): Readable {
  return { kind: 'readable', row, head, handler, snapshot: undefined, formerCustomer: undefined, isAsked: false };
}

/** Where Stripe is asked anyway, a snapshot that cannot be read costs nothing. */
function readSnapshot(kind: Kind, raw: unknown, apiVersion: string | null, isAsked: boolean): object | undefined {
  try {
    return normalise(kind, raw, apiVersion ?? undefined);
  } catch (error) {
    if (isAsked && error instanceof UnknownShape) return undefined;
    throw error;
  }
}

/** Reads an object of a kind. @throws UnknownShape */
export function normalise(kind: Kind, raw: unknown, apiVersion: string | undefined): object {
  const shapes: readonly Shape<object>[] = KINDS[kind].shapes;
  return readShape(shapes, raw, apiVersion);
}
