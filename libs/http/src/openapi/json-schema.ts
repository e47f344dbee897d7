import { z } from 'zod';
import { jsonPointer } from '../json-pointer.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A route's schema that the service refuses to start with. */
export class UnusableSchema extends Error {
  override readonly name = 'UnusableSchema';
}

type Direction = 'input' | 'output';

const DEFINITIONS = '#/$defs/';

/** Named schemas (`.meta({ id })`) of all routes, for `components.schemas`. */
export type NamedSchemas = Map<string, JsonSchema>;

/**
 * What a request may hold.
 *
 * @throws UnusableSchema for an object that would drop unknown fields without a word: a caller's typing mistake must be
 *   answered, so objects are `z.strictObject` (or `z.looseObject`, where anything is really welcome).
 */
export function requestSchema(schema: z.ZodType, named: NamedSchemas): JsonSchema {
  const { root, definitions } = convert(schema, 'input');
  for (const part of [root, ...Object.values(definitions)]) refuseSilentObjects(part, []);
  return place('input', root, definitions, named);
}

/** What an answer holds. It may grow, so unknown fields are not ruled out. */
export function responseSchema(schema: z.ZodType, named: NamedSchemas): JsonSchema {
  const { root, definitions } = convert(schema, 'output');
  return place('output', root, definitions, named);
}

function convert(schema: z.ZodType, io: Direction): { root: JsonSchema; definitions: Record<string, JsonSchema> } {
  const {
    $schema: _dialect,
    $defs: definitions = {},
    '~standard': _standard,
    ...root
  } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  }) as Record<string, unknown> & { $defs?: Record<string, JsonSchema> };
  return { root, definitions };
}

function refuseSilentObjects(value: unknown, path: readonly PropertyKey[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && value.type === 'object' && 'properties' in value && !('additionalProperties' in value)) {
    throw new UnusableSchema(`the object at "${jsonPointer(path)}" ignores unknown fields: make it z.strictObject`);
  }
  for (const [key, member] of Object.entries(value)) refuseSilentObjects(member, [...path, key]);
}

/**
 * Moves definitions to the document's components. What a schema takes and what it gives differ (defaults, transforms),
 * so a name that requests use gets its own ending.
 */
function place(
  io: Direction,
  root: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
  named: NamedSchemas,
): JsonSchema {
  const ending = io === 'input' ? 'Request' : '';
  for (const [id, definition] of Object.entries(definitions)) {
    named.set(`${id}${ending}`, withReferences(definition, ending) as JsonSchema);
  }
  return withReferences(root, ending) as JsonSchema;
}

function withReferences(value: unknown, ending: string): unknown {
  if (Array.isArray(value)) return value.map((member: unknown) => withReferences(member, ending));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      key === '$ref' && typeof member === 'string' ? reference(member, ending) : withReferences(member, ending),
    ]),
  );
}

function reference(target: string, ending: string): string {
  if (target.startsWith(DEFINITIONS)) return `#/components/schemas/${target.slice(DEFINITIONS.length)}${ending}`;
  throw new UnusableSchema(`a recursive schema needs a name: give it .meta({ id }) (found $ref ${target})`);
}
