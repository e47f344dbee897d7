import type { FieldViolation } from './ending.js';
import type { Message, Shape } from './message-shape.js';

const DURATION = /^-?\d{1,12}(?:\.\d{1,9})?s$/;
const LARGEST_INT32 = 2 ** 31 - 1;

type Violations = FieldViolation[];

/**
 * Reads JSON as Google's servers read protocol buffers: fields in snake_case or camelCase, null for "not there", unknown
 * ones refused. Answers the value with snake_case names; what does not fit is told in Google's words.
 */
export function readMessage(
  value: unknown,
  shape: Message,
): { message: JsonObject; violations: readonly FieldViolation[] } {
  const violations: Violations = [];
  const message = readFields(value, shape, '', violations);
  return { message: message ?? {}, violations };
}

export type JsonObject = Readonly<Record<string, unknown>>;

function readFields(value: unknown, shape: Message, path: string, violations: Violations): JsonObject | undefined {
  if (!isObject(value)) return wrong(value, shape.type, path, violations);
  const fields: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(value)) {
    const name = snakeCase(key);
    const field = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
    if (field === undefined) violations.push(unknownName(key, path));
    else if (given !== null) fields[name] = read(given, field, path === '' ? name : `${path}.${name}`, violations);
  }
  return fields;
}

function read(value: unknown, shape: Shape, path: string, violations: Violations): unknown {
  if (typeof shape === 'string') {
    const type = fits(value, shape) ? undefined : TYPE_NAMES[shape];
    return type === undefined ? value : wrong(value, type, path, violations);
  }
  if ('map' in shape) return readMap(value, path, violations);
  if ('list' in shape) return readList(value, shape.list, path, violations);
  if ('enumeration' in shape) {
    const known = typeof value === 'string' && shape.enumeration.includes(value.toUpperCase());
    return known ? value : wrong(value, 'TYPE_ENUM', path, violations);
  }
  return readFields(value, shape, path, violations);
}

function readMap(value: unknown, path: string, violations: Violations): JsonObject | undefined {
  if (!isObject(value)) return wrong(value, 'Map', path, violations);
  for (const [index, entry] of Object.values(value).entries())
    if (typeof entry !== 'string') wrong(entry, 'TYPE_STRING', `${path}[${index}].value`, violations);
  return value;
}

function readList(value: unknown, shape: Shape, path: string, violations: Violations): unknown {
  if (!Array.isArray(value)) return wrong(value, 'List', path, violations);
  return value.map((entry: unknown, index) => read(entry, shape, `${path}[${index}]`, violations));
}

const TYPE_NAMES = {
  bool: 'TYPE_BOOL',
  double: 'TYPE_DOUBLE',
  duration: 'type.googleapis.com/google.protobuf.Duration',
  int32: 'TYPE_INT32',
  string: 'TYPE_STRING',
  struct: 'type.googleapis.com/google.protobuf.Struct',
  timestamp: 'type.googleapis.com/google.protobuf.Timestamp',
} as const;

function fits(value: unknown, shape: keyof typeof TYPE_NAMES): boolean {
  switch (shape) {
    case 'bool':
      return typeof value === 'boolean';
    case 'double':
      return typeof value === 'number';
    case 'duration':
      return typeof value === 'string' && DURATION.test(value);
    case 'int32':
      return Number.isInteger(value) && Math.abs(Number(value)) <= LARGEST_INT32;
    case 'string':
      return typeof value === 'string';
    case 'struct':
      return isObject(value);
    case 'timestamp':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  }
}

function wrong(value: unknown, type: string, path: string, violations: Violations): undefined {
  const at = path === '' ? '' : ` at '${path}'`;
  const description = `Invalid value${at} (${type}), ${preview(value)}`;
  violations.push({ ...(path !== '' && { field: path }), description });
}

/** Never the inside of an object: it may be as deep as the sender likes. */
function preview(value: unknown): string {
  if (Array.isArray(value)) return '[...]';
  return isObject(value) ? '{...}' : JSON.stringify(value);
}

function unknownName(key: string, path: string): FieldViolation {
  const at = path === '' ? '' : ` at '${path}'`;
  const description = `Invalid JSON payload received. Unknown name "${key}"${at}: Cannot find field.`;
  return { ...(path !== '' && { field: path }), description };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
