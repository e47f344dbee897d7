import type { ApiDocument } from '../../api/source/services.ts';

/** As much of JSON Schema as our documents use. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a reference means in its document. */
export function resolve(document: ApiDocument, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const place = schema.$ref.replace('#/', '').split('/');
  const found = place.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);
  return found as Schema;
}

/** No value at all: how the documents say that a member is of another route that shares its code. */
export function takesNothing({ not }: Schema): boolean {
  return not !== undefined && Object.keys(not).length === 0;
}
