import { z } from 'zod';
import { isTimeZone } from './places-and-languages.js';

/** What is known of a phone, and how it may be asked about. */
const DEVICE_FIELDS = {
  platform: ['is', 'in'],
  channel: ['is', 'in'],
  locale: ['is', 'in'],
  language: ['is', 'in'],
  appVersion: ['is', 'in', 'atLeast'],
  timeZone: ['is', 'in'],
  lastSeenAt: ['before', 'after', 'withinDays'],
} as const;
const USER_OPERATORS = ['is', 'in', 'atLeast', 'atMost', 'contains', 'exists'] as const;

export type DeviceField = keyof typeof DEVICE_FIELDS;
export type DeviceCondition = { readonly device: DeviceField } & (
  | { readonly is: string }
  | { readonly in: readonly string[] }
  | { readonly atLeast: string }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly withinDays: number }
);
export type UserCondition = { readonly user: string } & (
  | { readonly is: string | number | boolean }
  | { readonly in: readonly (string | number | boolean)[] }
  | { readonly atLeast: number | string }
  | { readonly atMost: number | string }
  | { readonly contains: string }
  | { readonly exists: boolean }
);

/** Which of an app's phones are meant. */
export type SegmentFilter =
  | { readonly all: readonly SegmentFilter[] }
  | { readonly any: readonly SegmentFilter[] }
  | { readonly not: SegmentFilter }
  | { readonly topic: string }
  | DeviceCondition
  | UserCondition;

const DEEPEST = 5;
const MOST_CONDITIONS = 50;
const MOST_VALUES = 100;
const LONGEST_VALUE = 256;

/** Names of topics, segments and the like. */
export const audienceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: 'must be 1 to 64 of a-z 0-9 . _ -' });

/** Names of what an app notes of its users. */
export const attributeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'must be 1 to 64 of A-Z a-z 0-9 . _ -' });

type Path = readonly (string | number)[];
type Refuse = (path: Path, message: string) => void;

/** Checked by hand: a union of ten shapes could only say that none of them fits. */
export const segmentFilter = z
  .looseObject({})
  .superRefine((filter, context) => {
    const count = { conditions: 0 };
    checkFilter(filter, [], 1, count, (path, message) =>
      context.addIssue({ code: 'custom', path: [...path], message }),
    );
    if (count.conditions > MOST_CONDITIONS) {
      context.addIssue({ code: 'custom', path: [], message: `must have at most ${MOST_CONDITIONS} conditions` });
    }
  })
  .transform((filter) => filter as unknown as SegmentFilter)
  .meta({
    description:
      '{all: [..]}, {any: [..]}, {not: ..}, {topic}, {device: field, operator: value} or {user: attribute, operator: value}; at most 5 deep and 50 conditions. See docs/broadcasts.md.',
  });

function checkFilter(filter: unknown, path: Path, depth: number, count: { conditions: number }, refuse: Refuse): void {
  if (!isObject(filter)) return refuse(path, 'must be an object such as {"device": "platform", "is": "ios"}');
  if (depth > DEEPEST) return refuse(path, `is nested more than ${DEEPEST} deep`);
  const [kind] = ['all', 'any', 'not', 'topic', 'device', 'user'].filter((each) => Object.hasOwn(filter, each));
  if (kind === undefined) return refuse(path, 'must have one of all, any, not, topic, device, user');
  const value = filter[kind];
  if (kind === 'device' || kind === 'user') {
    count.conditions += 1;
    return kind === 'device' ? checkDevice(filter, path, refuse) : checkUser(filter, path, refuse);
  }
  for (const other of Object.keys(filter)) {
    if (other !== kind) refuse([...path, other], `has no place beside ${kind}`);
  }
  if (kind === 'not') return checkFilter(value, [...path, kind], depth + 1, count, refuse);
  if (kind === 'topic') {
    count.conditions += 1;
    const name = audienceName.safeParse(value);
    return name.success ? undefined : refuse([...path, kind], name.error.issues[0]!.message);
  }
  if (!Array.isArray(value) || value.length === 0)
    return refuse([...path, kind], 'must be a list of filters, not empty');
  for (const [place, each] of value.entries()) checkFilter(each, [...path, kind, place], depth + 1, count, refuse);
}

function checkDevice(condition: Record<string, unknown>, path: Path, refuse: Refuse): void {
  const { device: field, ...rest } = condition;
  if (typeof field !== 'string' || !Object.hasOwn(DEVICE_FIELDS, field)) {
    return refuse([...path, 'device'], `must be one of ${Object.keys(DEVICE_FIELDS).join(', ')}`);
  }
  const operator = operatorOf(rest, DEVICE_FIELDS[field as DeviceField], `the device's ${field}`, path, refuse);
  if (operator === undefined) return;
  const [at, value] = [[...path, operator], rest[operator]];
  switch (operator) {
    case 'before':
    case 'after':
      if (!isMoment(value)) refuse(at, 'must be a time such as 2026-11-26T18:00:00Z, from 1970 to 9999');
      return;
    case 'withinDays':
      if (!isInteger(value, 1, 3_650)) refuse(at, 'must be a whole number of days from 1 to 3650');
      return;
    case 'atLeast':
      if (typeof value !== 'string' || !/^\d{1,9}(\.\d{1,9}){0,5}$/.test(value))
        refuse(at, 'must be a version such as 4.12');
      return;
    default:
      return checkValues(operator, value, at, refuse, (each, where) =>
        checkDeviceValue(field as DeviceField, each, where, refuse),
      );
  }
}

function checkDeviceValue(field: DeviceField, value: unknown, at: Path, refuse: Refuse): void {
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_VALUE) {
    return refuse(at, `must be text of 1 to ${LONGEST_VALUE} characters`);
  }
  const known: Partial<Record<DeviceField, readonly string[]>> = {
    platform: ['ios', 'android', 'web'],
    channel: ['apns', 'fcm', 'webpush'],
  };
  const words = known[field];
  if (words !== undefined && !words.includes(value)) refuse(at, `must be one of ${words.join(', ')}`);
  if (field === 'timeZone' && !isTimeZone(value)) refuse(at, 'must be an IANA time zone such as Europe/Zurich');
  if (field === 'language' && !/^[A-Za-z]{2,8}$/.test(value)) refuse(at, 'must be a language such as de');
}

function checkUser(condition: Record<string, unknown>, path: Path, refuse: Refuse): void {
  const { user: name, ...rest } = condition;
  const parsed = attributeName.safeParse(name);
  if (!parsed.success) return refuse([...path, 'user'], parsed.error.issues[0]!.message);
  const operator = operatorOf(rest, USER_OPERATORS, 'an attribute', path, refuse);
  if (operator === undefined) return;
  const [at, value] = [[...path, operator], rest[operator]];
  const isShortText = (each: unknown): boolean => typeof each === 'string' && each.length <= LONGEST_VALUE;
  const isNumber = (each: unknown): boolean => typeof each === 'number' && Number.isFinite(each);
  switch (operator) {
    case 'exists':
      if (typeof value !== 'boolean') refuse(at, 'must be true or false');
      return;
    case 'contains':
      if (!isShortText(value)) refuse(at, `must be text of at most ${LONGEST_VALUE} characters`);
      return;
    case 'atLeast':
    case 'atMost':
      if (!isNumber(value) && !isShortText(value)) refuse(at, 'must be a number, or text such as 2026-11-26');
      return;
    default:
      return checkValues(operator, value, at, refuse, (each, where) => {
        if (isNumber(each) || isShortText(each) || typeof each === 'boolean') return;
        refuse(where, `must be a number, true, false or text of at most ${LONGEST_VALUE} characters`);
      });
  }
}

/** Exactly one, and one that the thing has. */
function operatorOf<Operator extends string>(
  rest: Record<string, unknown>,
  operators: readonly Operator[],
  of: string,
  path: Path,
  refuse: Refuse,
): Operator | undefined {
  const names = Object.keys(rest);
  const unknown = names.filter((name) => !operators.some((operator) => operator === name));
  for (const name of unknown) refuse([...path, name], `is no operator of ${of}: it has ${operators.join(', ')}`);
  if (unknown.length > 0) return undefined;
  if (names.length === 1) return names[0] as Operator;
  refuse(path, `must have exactly one of ${operators.join(', ')}`);
  return undefined;
}

function checkValues(
  operator: string,
  value: unknown,
  at: Path,
  refuse: Refuse,
  check: (value: unknown, at: Path) => void,
): void {
  if (operator === 'is') return check(value, at);
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_VALUES) {
    return refuse(at, `must be a list of 1 to ${MOST_VALUES} values`);
  }
  for (const [place, each] of value.entries()) check(each, [...at, place]);
}

const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Looked at after its offset is taken away: the database has neither a year 0 nor every offset. */
function isMoment(value: unknown): boolean {
  const time = z.iso.datetime({ offset: true }).safeParse(value);
  const at = time.success ? Date.parse(time.data) : NaN;
  return at >= 0 && at <= LAST_MOMENT;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
