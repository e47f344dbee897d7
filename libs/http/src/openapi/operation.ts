import { cacheControlOf, isConditional } from '../caching/cache-policy.js';
import type { Deprecation } from '../deprecation/deprecation.js';
import type { EndpointDeclaration, ResponseDeclaration } from '../endpoint.js';
import { requirementOf } from '../authorise.js';
import { classOf } from '../limits/route-class.js';
import { NDJSON } from '../lines/lines-body.js';
import type { Policy } from '../policy.js';
import { type JsonSchema, type NamedSchemas, UnusableSchema, requestSchema, responseSchema } from './json-schema.js';

export type Operation = Readonly<Record<string, unknown>>;

const PROBLEM = { $ref: '#/components/responses/Problem' } as const;
const TOO_MANY = { $ref: '#/components/responses/TooManyRequests' } as const;
const NOT_MODIFIED = { $ref: '#/components/responses/NotModified' } as const;

/**
 * The OpenAPI operation of one route, made when the route is registered.
 *
 * @throws UnusableSchema naming the route, for a schema that cannot be documented or would validate wrongly.
 */
export function operationOf(
  method: string,
  path: string,
  endpoint: EndpointDeclaration,
  named: NamedSchemas,
): Operation {
  try {
    return describe(method, path, endpoint, named);
  } catch (cause) {
    throw new UnusableSchema(`${method} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function describe(method: string, path: string, endpoint: EndpointDeclaration, named: NamedSchemas): Operation {
  const body = endpoint.body === undefined ? undefined : requestSchema(endpoint.body, named);
  return {
    operationId: operationId(method, path),
    summary: endpoint.summary,
    ...(endpoint.tags === undefined ? {} : { tags: endpoint.tags }),
    ...(endpoint.deprecated === undefined ? {} : farewell(endpoint.deprecated)),
    ...security(endpoint.allow),
    parameters: parametersOf(path, endpoint, named),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !endpoint.body?.safeParse(undefined).success,
            content: {
              'application/json': { schema: body },
              ...(endpoint.lines !== undefined && {
                [NDJSON]: { schema: { type: 'string', description: endpoint.lines } },
              }),
            },
          },
        }),
    ...(endpoint.allow.kind === 'signed' ? signedBody(endpoint.allow.sender) : {}),
    responses: responsesOf(method, endpoint, named),
  };
}

/** `PUT /v1/devices/:installationId` is `putDevicesByInstallationId`: what clients that are made from the document call it. */
function operationId(method: string, path: string): string {
  return [method.toLowerCase(), ...path.replace(/^\/v1(?=\/)/, '').split('/')]
    .map((segment) => (segment.startsWith(':') ? `by-${segment.slice(1)}` : segment))
    .join('-')
    .replaceAll(/[^A-Za-z0-9]+([A-Za-z0-9])/g, (_all, letter: string) => letter.toUpperCase());
}

function farewell({ sunset, successor }: Deprecation): Operation {
  const instead = successor === undefined ? '' : ` Call ${successor.replaceAll(/:(\w+)/g, '{$1}')} instead.`;
  return { deprecated: true, description: `Answers 410 from ${sunset} on.${instead}`, 'x-sunset': sunset };
}

function signedBody(sender: string): Operation {
  return {
    requestBody: { required: true, description: `As ${sender} signed it, byte for byte`, content: { '*/*': {} } },
  };
}

/** Any one of the listed ways is enough. */
function security(policy: Policy): Operation {
  const requirement = requirementOf(policy);
  if (requirement === undefined) return { security: [] };
  return {
    security: [
      ...(requirement.operator ? [{ operatorToken: [] }] : []),
      ...requirement.scopes.map((scope) => ({ apiKey: [scope] })),
      ...(requirement.user === undefined ? [] : [{ userToken: [requirement.user.scope] }]),
    ],
  };
}

function parametersOf(path: string, endpoint: EndpointDeclaration, named: NamedSchemas): Operation[] {
  const inPath = membersOf(endpoint.params, named);
  const expected = path
    .split('/')
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1));
  const declared = inPath.map(({ name }) => name);
  if (expected.toSorted().join() !== declared.toSorted().join()) {
    throw new UnusableSchema(
      `the path has parameters [${expected.join(', ')}] but its params schema has [${declared.join(', ')}]`,
    );
  }
  return [
    ...inPath.map(({ name, schema }) => ({ in: 'path', name, required: true, schema })),
    ...membersOf(endpoint.query, named).map((member) => ({ in: 'query', ...member })),
    ...Object.entries(endpoint.headers ?? {}).map(([name, { description, required = false }]) => ({
      in: 'header',
      name,
      description,
      required,
      schema: { type: 'string' },
    })),
  ];
}

function membersOf(
  schema: EndpointDeclaration['query'],
  named: NamedSchemas,
): { readonly name: string; readonly required: boolean; readonly schema: JsonSchema }[] {
  if (schema === undefined) return [];
  const { properties, required } = requestSchema(schema, named) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  if (properties === undefined) throw new UnusableSchema('path and query schemas are z.strictObject');
  return Object.entries(properties).map(([name, member]) => ({
    name,
    required: required?.includes(name) ?? false,
    schema: member,
  }));
}

function responsesOf(method: string, endpoint: EndpointDeclaration, named: NamedSchemas): Operation {
  const statuses: Record<string, unknown> = {};
  for (const [status, declaration] of Object.entries(endpoint.responses)) {
    const headers = Number(status) < 300 ? headersOf(method, endpoint) : {};
    statuses[status] = {
      ...responseOf(Number(status), declaration, named),
      ...(Object.keys(headers).length > 0 && { headers }),
    };
  }
  if (isConditional(method, endpoint.cache)) statuses['304'] = NOT_MODIFIED;
  if (requirementOf(endpoint.allow) !== undefined) {
    statuses['401'] ??= PROBLEM;
    statuses['403'] ??= PROBLEM;
  }
  if (endpoint.deprecated !== undefined) statuses['410'] ??= PROBLEM;
  if (classOf(method, endpoint) !== undefined) statuses['429'] ??= TOO_MANY;
  const validated = endpoint.allow.kind !== 'signed' && (endpoint.body ?? endpoint.query ?? endpoint.params);
  if (validated) statuses['422'] ??= PROBLEM;
  statuses['default'] = PROBLEM;
  return statuses;
}

/** What a good answer says of itself: what is left for its caller, and who may keep it. */
function headersOf(method: string, endpoint: EndpointDeclaration): Operation {
  const cacheControl = {
    description: 'Who may keep it',
    schema: { type: 'string' },
    example: cacheControlOf(endpoint.cache),
  };
  return {
    ...(classOf(method, endpoint) !== undefined && {
      RateLimit: { $ref: '#/components/headers/RateLimit' },
      'RateLimit-Policy': { $ref: '#/components/headers/RateLimit-Policy' },
    }),
    ...(method === 'GET' && { 'Cache-Control': cacheControl }),
    ...(isConditional(method, endpoint.cache) && { ETag: { $ref: '#/components/headers/ETag' } }),
  };
}

function responseOf(status: number, { description, schema }: ResponseDeclaration, named: NamedSchemas): Operation {
  if (schema !== undefined)
    return { description, content: { 'application/json': { schema: responseSchema(schema, named) } } };
  if (status < 400) return { description };
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
