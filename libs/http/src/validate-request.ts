import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EndpointDeclaration } from './endpoint.js';
import { jsonPointer } from './json-pointer.js';
import type { ProblemError } from '@signalbox/contracts';
import { cameInLines } from './lines/lines-body.js';
import { refuseNotAvailable } from './not-available.js';
import { problems } from './problems.js';
import { unstorableText } from './unstorable-text.js';
import { zodErrors } from './zod-errors.js';
import './fastify-types.js';

const NOTHING = z.strictObject({});
const NO_BODY = NOTHING.optional();
const REPORT_INPUT = { reportInput: true } as const;

/**
 * Makes the validation of one route: path, query and body are all checked before anything is said, so that a caller
 * fixes every mistake in one go.
 *
 * @returns a function that throws Problem 422, or leaves the parsed values on the request.
 */
export function requestValidator(endpoint: EndpointDeclaration): (request: FastifyRequest) => void {
  const params = endpoint.params ?? NOTHING;
  const query = endpoint.query ?? NOTHING;
  const body = endpoint.body ?? NO_BODY;
  return (request) => {
    const inLines = cameInLines(request);
    if (!inLines) refuseNotAvailable(endpoint.notAvailable, request.body);
    const errors: ProblemError[] = [];
    request.validParams = parseText(params, request.params, 'path', errors);
    request.validQuery = parseText(query, request.query, 'query', errors);
    // The text inside the body was checked where the body was parsed.
    if (!inLines) request.validBody = parse(body, request.body, undefined, errors);
    if (errors.length > 0) throw problems.invalid(errors);
  };
}

function parse(schema: z.ZodType, value: unknown, part: ProblemError['in'], errors: ProblemError[]): unknown {
  const parsed = schema.safeParse(value, REPORT_INPUT);
  if (!parsed.success) errors.push(...zodErrors(parsed.error.issues, part));
  return parsed.data;
}

function parseText(schema: z.ZodType, values: unknown, part: 'path' | 'query', errors: ProblemError[]): unknown {
  if (schema === NOTHING && isEmpty(values)) return values;
  const unstorable = textErrors(values as Readonly<Record<string, string | string[]>>, part);
  errors.push(...unstorable);
  return unstorable.length > 0 ? undefined : parse(schema, values, part, errors);
}

function isEmpty(values: unknown): boolean {
  for (const _name in values as object) return false;
  return true;
}

/** Percent-encoding can carry what Postgres cannot store into names and values of the path and the query. */
function textErrors(values: Readonly<Record<string, string | string[]>>, part: 'path' | 'query'): ProblemError[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [name, value].flat().flatMap((text) => {
      const reason = unstorableText(text);
      return reason === undefined ? [] : [{ in: part, pointer: jsonPointer([name]), reason }];
    }),
  );
}
