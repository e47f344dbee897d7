import type { DeclaredRoute } from '../route-guard.js';
import { HEADERS, RESPONSES } from './components.js';
import type { JsonSchema, NamedSchemas } from './json-schema.js';

const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. Switch on `code`; `detail` is for people.',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'On 5xx: names this occurrence in the log.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'reason'],
        properties: {
          in: {
            type: 'string',
            enum: ['query', 'path', 'header'],
            description: 'The part of the request; the body when absent.',
          },
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) into that part.' },
          reason: { type: 'string' },
        },
      },
    },
  },
};

const SECURITY_SCHEMES: JsonSchema = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An API key of one app (sbk_live_, sbk_test_, sbp_live_, sbp_test_) that holds the scope, or the access token of a machine.',
  },
  userToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: "A user's access token that holds the scope. One that is bound to a key is sent as DPoP (RFC 9449).",
  },
  operatorToken: { type: 'http', scheme: 'bearer', description: 'The operator token (sbo_).' },
};

/** The OpenAPI 3.1 document of a service, from the schemas that its routes validate with; in an order that does not depend on theirs. */
export function openApiDocument(
  info: { readonly title: string; readonly description: string },
  routes: readonly DeclaredRoute[],
  named: NamedSchemas,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, path, operation, documented } of routes) {
    if (method === 'HEAD' || !documented) continue;
    const template = path.replace(/:([^/]+)/g, '{$1}');
    (paths[template] ??= {})[method.toLowerCase()] = operation;
  }
  return {
    openapi: '3.1.0',
    info: { ...info, version: 'v1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'Where this document was read' }],
    paths: Object.fromEntries(Object.entries(paths).toSorted(byName)),
    components: {
      securitySchemes: Object.fromEntries(
        Object.entries(SECURITY_SCHEMES).filter(([name]) => routes.some(({ operation }) => asksFor(operation, name))),
      ),
      headers: used(HEADERS, 'headers', routes),
      responses: used(RESPONSES, 'responses', routes),
      schemas: { Problem: PROBLEM_SCHEMA, ...Object.fromEntries([...named].toSorted(byName)) },
    },
  };
}

/** Those that some operation refers to, by itself or through an answer. */
function used(all: JsonSchema, kind: 'headers' | 'responses', routes: readonly DeclaredRoute[]): JsonSchema {
  const referring = JSON.stringify([routes.map(({ operation }) => operation), RESPONSES]);
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => referring.includes(`"#/components/${kind}/${name}"`)),
  );
}

function byName([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}

function asksFor({ security }: DeclaredRoute['operation'], scheme: string): boolean {
  return (security as readonly object[]).some((way) => scheme in way);
}
