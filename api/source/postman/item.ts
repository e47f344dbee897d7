import { sample } from 'openapi-sampler';
import type { ApiDocument, Operation, Service } from '../services.ts';

export interface Item {
  readonly name: string;
  readonly request: object;
  readonly event: readonly object[];
}

export interface Route {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly document: ApiDocument;
}

/** What is sent in the place of what the document's schemas would make up, and checked besides what is always checked. */
export interface Particulars {
  readonly name?: string;
  /** Of the path's parameters. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Further lines of the test's script. */
  readonly test?: readonly string[];
}

const JSON_BODY = 'application/json';

/** A request with values that its schemas allow, and a test that it is answered as the document says. */
export function itemOf(route: Route, particulars: Particulars = {}): Item {
  const { service, method, path, operation } = route;
  const { parameters = [], requestBody } = operation;
  const segments = path
    .slice(1)
    .replaceAll(/\{(\w+)\}/g, ':$1')
    .split('/');
  const named = (where: string) => parameters.filter((each) => each.in === where);
  const query = named('query').map(({ name, description, schema, required }) => ({
    ...{ key: name, value: textOf(sampleOf(schema, route)), disabled: !required },
    ...(description === undefined ? {} : { description }),
  }));
  const body = requestBody?.content[JSON_BODY]?.schema;
  return {
    name: particulars.name ?? operation.summary,
    request: {
      method: method.toUpperCase(),
      auth: authOf(operation),
      header: [
        ...(body === undefined ? [] : [{ key: 'Content-Type', value: JSON_BODY }]),
        ...named('header').map(({ name, required, schema }) => ({
          ...{ key: name, value: required ? '{{$guid}}' : textOf(sampleOf(schema, route)), disabled: !required },
        })),
      ],
      url: {
        raw: `{{${service}Url}}/${segments.join('/')}`,
        host: [`{{${service}Url}}`],
        path: segments,
        ...(query.length > 0 && { query }),
        variable: named('path').map(({ name, schema }) => ({
          key: name,
          value: particulars.params?.[name] ?? textOf(sampleOf(schema, route)),
        })),
      },
      ...(body !== undefined && {
        body: {
          mode: 'raw',
          raw: JSON.stringify(particulars.body ?? sampleOf(body, route), undefined, 2),
          options: { raw: { language: 'json' } },
        },
      }),
    },
    event: [
      {
        listen: 'test',
        script: { type: 'text/javascript', exec: [...scriptOf(operation), ...(particulars.test ?? [])] },
      },
    ],
  };
}

function sampleOf(schema: object, { document }: Route): unknown {
  return sample(schema, { skipNonRequired: true, quiet: true }, document);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function authOf({ security }: Operation): object {
  const ways = new Set(security.flatMap((way) => Object.keys(way)));
  const token = ways.has('apiKey')
    ? 'apiKey'
    : ways.has('operatorToken')
      ? 'operatorToken'
      : ways.has('userToken')
        ? 'userToken'
        : undefined;
  if (token === undefined) return { type: 'noauth' };
  return { type: 'bearer', bearer: [{ key: 'token', value: `{{${token}}}`, type: 'string' }] };
}

/** Refusals are problems and never ours (5xx); what is no refusal is one of the answers that the document names. */
function scriptOf({ responses }: Operation): string[] {
  const named = Object.keys(responses)
    .map(Number)
    .filter((status) => status > 0);
  return [
    'pm.test("is answered as its document says", () => {',
    `  if (${JSON.stringify(named)}.includes(pm.response.code) && pm.response.code < 400) return;`,
    '  pm.expect(pm.response.code).to.be.within(400, 499);',
    '  pm.expect(pm.response.headers.get("content-type")).to.match(/^application\\/problem\\+json/);',
    '  pm.expect(pm.response.json()).to.include.keys("type", "title", "status", "code", "detail");',
    '});',
  ];
}
