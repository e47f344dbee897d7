import type { FieldViolation, Refusal } from './ending.js';
import { SEND_REQUEST } from './message-shape.js';
import { type JsonObject, readMessage } from './read-shape.js';

/** A request to `messages:send` as it came in; header names in lower case. */
export interface FcmRequest {
  readonly method: string;
  readonly path: string;
  /** Apart from the headers, because it is a secret and is not remembered. */
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  /** All bytes that arrived; `payload` is empty when they were too many to keep. */
  readonly payloadBytes: number;
  readonly httpVersion: '1.1' | '2';
  /** Which connection, counted from 1. */
  readonly connection: number;
}

export type TargetKind = 'token' | 'fid' | 'topic' | 'condition';

export interface Target {
  readonly kind: TargetKind;
  readonly value: string;
}

/** A body that keeps every rule, and whether it is only to be checked. */
export interface SendRequest {
  readonly target: Target;
  readonly validateOnly: boolean;
}

/** The largest body that is read. A valid message is smaller: its payload may have 4096 bytes. */
export const LARGEST_BODY = 64 * 1024;
const MAX_PAYLOAD = 4096;
const MAX_TOPIC_PAYLOAD = 2048;
const MAX_TTL_SECONDS = 28 * 86_400;
const TARGETS = ['token', 'fid', 'topic', 'condition'] as const;
/** Google documents neither length nor form; nothing it hands out is shorter than an installation id's 22 characters. */
const DEVICE = /^[A-Za-z0-9_:.-]{20,4096}$/;
const TOPIC = /^[A-Za-z0-9_.~%-]{1,900}$/;
/** https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages says which keys are reserved. */
const RESERVED_KEY = /^(?:from|message_type|google\..*|gcm\..*|google|gcm)$/;
const PATH = /^\/v1\/projects\/([^/?#]+)\/messages:send$/;

/** The project in the path of `messages:send`, `undefined` when the path is another one. */
export function projectOf(path: string): string | undefined {
  return PATH.exec(path)?.[1];
}

/** What the body asks for, or Google's refusal of it. */
export function readSendRequest(payload: string, payloadBytes: number): SendRequest | Refusal {
  if (payloadBytes > LARGEST_BODY)
    return { kind: 'answer', status: 400, message: `Request payload size exceeds the limit: ${LARGEST_BODY} bytes.` };
  const body = parse(payload);
  if (body === undefined)
    return { kind: 'answer', status: 400, message: 'Invalid JSON payload received. It is not valid JSON.' };
  const { message: request, violations } = readMessage(body, SEND_REQUEST);
  if (violations.length > 0) return misfit(violations);
  const message = objectAt(request, 'message');
  const targets = TARGETS.filter((kind) => message[kind] !== undefined);
  if (targets.length > 1) {
    const description = `Invalid value at 'message' (oneof), oneof field 'target' is already set. Cannot set '${targets[1]}'`;
    return misfit([{ field: 'message', description }]);
  }
  const kind = targets[0];
  const value = kind && message[kind];
  if (kind === undefined || typeof value !== 'string' || value === '')
    return fault('message', 'Recipient of the message is not set.');
  const target = { kind, value };
  return (
    brokenTarget(target) ??
    brokenData(message) ??
    brokenTtl(message) ??
    brokenSize(message, kind) ?? { target, validateOnly: request['validate_only'] === true }
  );
}

/** The body does not fit Google's definition: told by the JSON reader, before FCM looks at it. */
function misfit(fieldViolations: readonly FieldViolation[]): Refusal {
  const message = fieldViolations.map(({ description }) => description).join('\n');
  return { kind: 'answer', status: 400, message, fieldViolations };
}

/** FCM itself refuses the message. */
function fault(field: string, description: string): Refusal {
  const fieldViolations = [{ field, description }];
  return { kind: 'answer', status: 400, errorCode: 'INVALID_ARGUMENT', message: description, fieldViolations };
}

function brokenTarget({ kind, value }: Target): Refusal | undefined {
  if (kind === 'topic') return TOPIC.test(value) ? undefined : fault('message.topic', 'Invalid topic name.');
  if (kind === 'condition' || DEVICE.test(value)) return undefined;
  // Google's answer to a token that is none; it does not name the field.
  return { kind: 'answer', status: 400, errorCode: 'INVALID_ARGUMENT' };
}

function brokenData(message: JsonObject): Refusal | undefined {
  for (const [path, data] of [
    ['message.data', message['data']],
    ['message.android.data', objectAt(message, 'android')['data']],
  ] as const) {
    const keys = Object.keys(isObject(data) ? data : {});
    const reserved = keys.findIndex((key) => RESERVED_KEY.test(key));
    if (reserved >= 0) return fault(`${path}[${reserved}].key`, `Invalid data payload key: ${keys[reserved]}`);
  }
  return undefined;
}

function brokenTtl(message: JsonObject): Refusal | undefined {
  const ttl = objectAt(message, 'android')['ttl'];
  const seconds = typeof ttl === 'string' ? Number(ttl.slice(0, -1)) : 0;
  if (seconds >= 0 && seconds <= MAX_TTL_SECONDS) return undefined;
  return fault('message.android.ttl', `Invalid TTL: it must be between 0 and ${MAX_TTL_SECONDS} seconds.`);
}

/** Google counts the bytes of keys and values that reach the device; its own formula is not published. */
function brokenSize(message: JsonObject, kind: TargetKind): Refusal | undefined {
  const limit = kind === 'topic' || kind === 'condition' ? MAX_TOPIC_PAYLOAD : MAX_PAYLOAD;
  const android = objectAt(message, 'android');
  const data = isObject(android['data']) ? android['data'] : objectAt(message, 'data');
  const notification = { ...objectAt(message, 'notification'), ...objectAt(android, 'notification') };
  if (textBytes(data) + textBytes(notification) > limit)
    return { kind: 'answer', status: 400, errorCode: 'INVALID_ARGUMENT', message: 'Message is too big' };
  if (jsonBytes(objectAt(message, 'apns')['payload']) > limit)
    return { kind: 'answer', status: 400, errorCode: 'INVALID_ARGUMENT', message: 'APNs payload is too big' };
  return undefined;
}

function textBytes(fields: JsonObject): number {
  return Object.entries(fields).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
}

function jsonBytes(value: unknown): number {
  if (value === undefined) return 0;
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    // Too deep to be written again, so it is no payload for a device either.
    return Number.POSITIVE_INFINITY;
  }
}

function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

/** `undefined` for what is not JSON, which no JSON text reads as. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
