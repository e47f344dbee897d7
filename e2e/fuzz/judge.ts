import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ApiDocument, Service } from '../../api/source/services.ts';
import { READINESS } from '../routes.js';
import type { FuzzedRequest } from './request.js';
import type { Schema } from './schema.js';
import type { Outcome } from './send.js';

/**
 * What every route may answer before it is reached, so that documents say it once, as `default`: of who calls, of how the
 * request is written, and of what is in it. Everything else that a route answers stands in its document by its number.
 */
const AT_THE_DOOR = new Set([400, 401, 403, 413, 414, 415, 422, 431]);
/** Where a request is refused for its values, and each of them is named. */
const NAMES_FIELDS = 'invalid_request';

export type Judge = (request: FuzzedRequest, outcome: Outcome) => string | undefined;

/** Says what is wrong with an answer, by the documents; undefined: nothing. */
export function judgeBy(documents: Readonly<Record<Service, ApiDocument>>): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, inlineRefs: false });
  for (const [service, document] of Object.entries(documents)) ajv.addSchema({ $id: service, ...closed(document) });
  const compiled = new Map<string, ValidateFunction>();
  const errorsOf = (service: Service, place: readonly string[], value: unknown): readonly ErrorObject[] => {
    const $ref = `${service}#/${place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = compiled.get($ref) ?? ajv.compile({ $ref });
    compiled.set($ref, validate);
    return validate(value) ? [] : validate.errors!;
  };
  const check = (service: Service, place: readonly string[], value: unknown): string | undefined => {
    const errors = errorsOf(service, place, value);
    return errors.length === 0 ? undefined : ajv.errorsText([...errors]);
  };

  /** What the document forbids of the body that was sent. */
  const forbidden = (request: FuzzedRequest): readonly ErrorObject[] => {
    const taken = takenBody(request);
    if (taken === undefined) return [];
    const { service, path, method } = request.route;
    const schema = ['requestBody', 'content', 'application/json', 'schema'];
    return errorsOf(service, ['paths', path, method.toLowerCase(), ...schema], taken.value);
  };

  const judgeProblem = (request: FuzzedRequest, status: number, text: string, type: string): string | undefined => {
    if (!type.startsWith('application/problem+json')) return `a refusal of type "${type}"`;
    const problem = parsed(text) as { status?: number; code?: string; errors?: { in?: string; pointer: string }[] };
    const lie = check(request.route.service, ['components', 'schemas', 'Problem'], problem);
    if (lie !== undefined) return `no problem (RFC 9457): ${lie}`;
    if (problem.status !== status) return `the problem says ${String(problem.status)}`;
    if (problem.code !== NAMES_FIELDS) return undefined;
    const { errors = [] } = problem;
    if (errors.length === 0) return 'invalid, and no field is named';
    const at = request.spoiledAt;
    // What was changed into something else that is allowed, or taken away where it may be, is named by nobody.
    if (at === undefined || !forbidden(request).some((error) => related(placeOf(error), at))) return undefined;
    if (errors.some(({ in: part, pointer }) => part === undefined && related(pointer, at))) return undefined;
    return `spoiled at "${at}", and named is ${errors.map(({ pointer }) => `"${pointer}"`).join(', ')}`;
  };

  return (request, outcome) => {
    if (outcome.kind === 'silent') return `no answer: ${outcome.why}`;
    const { status, text, type } = outcome;
    const { operation, service, path, method } = request.route;
    if (status >= 500 && path !== READINESS) return `a failure of ours: ${text}`;
    const declared = operation.responses[status];
    if (declared === undefined && !AT_THE_DOOR.has(status)) return `${status} is not in the document: ${text}`;
    if (status >= 400) return judgeProblem(request, status, text, type);
    const schema = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      'application/json',
      'schema',
    ];
    if (declared?.content?.['application/json'] !== undefined) {
      if (!type.startsWith('application/json')) return `an answer of type "${type}"`;
      const lie = check(service, schema, parsed(text));
      if (lie !== undefined) return `not as documented: ${lie}: ${text.slice(0, 600)}`;
    }
    const lies = forbidden(request);
    return lies.length === 0
      ? undefined
      : `${status} for a body that the document forbids: ${ajv.errorsText([...lies])}`;
  };
}

/** What was sent as JSON to a route that documents what it takes. */
function takenBody({ route, body, headers }: FuzzedRequest): { readonly value: unknown } | undefined {
  const documented = route.operation.requestBody?.content['application/json'];
  // Of no characters is no body, which a route may be content with.
  if (documented === undefined || !body || headers['content-type'] !== 'application/json') return undefined;
  return { value: parsed(body) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON pointer of what is wrong, missing or too much. */
function placeOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  const name = missingProperty ?? additionalProperty;
  return name === undefined ? instancePath : `${instancePath}/${name}`;
}

/** One is in the other, or both in one thing that is wrong as a whole. */
function related(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  return longer.startsWith(shorter) || parentOf(one) === parentOf(other);
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}

/**
 * The document, with answers that hold nothing but what it says: clients must live with more, but what nobody declared is how a
 * secret gets out.
 */
function closed(document: ApiDocument): object {
  const close = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(close);
    if (typeof value !== 'object' || value === null) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, close(member)]));
    return 'properties' in value && 'type' in value && !('additionalProperties' in value)
      ? { ...copy, additionalProperties: false }
      : copy;
  };
  return close(document) as Schema;
}
