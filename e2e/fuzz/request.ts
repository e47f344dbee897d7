import fc from 'fast-check';
import type { Operation } from '../../api/source/services.ts';
import type { Route } from '../routes.js';
import { jsonText, oddName, oddText } from './odd-values.js';
import { spoiled } from './spoil.js';
import { type Known, validValues } from './valid-values.js';

const CALLERS = ['backend', 'phone', 'powerless', 'operator', 'user', 'nobody', 'nonsense'] as const;
export type Caller = (typeof CALLERS)[number];

/** The part of a request that is made odd; the others are as the document asks for. */
export type Oddity = 'nothing' | 'path' | 'query' | 'headers' | 'body' | 'form';

export interface FuzzedRequest {
  readonly route: Route;
  readonly caller: Caller;
  /** Which of several users, where it is one. */
  readonly who: number;
  /** Path and query, as they go over the wire. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly oddity: Oddity;
  /** Where one place of the body was changed. */
  readonly spoiledAt?: string;
}

/** What a route is told besides its document. */
export interface Surroundings {
  readonly known: Known;
  /** Examples of a parameter of the path, the real ones first; several are of one's own app, the last of another. */
  readonly idsAt: (place: string) => readonly string[];
}

const JSON_TYPE = 'application/json';
/** Beside a JSON body of a quarter of a MiB. */
const OVERSIZED = 280 * 1024;

const ODD_SEGMENTS = [
  ...[
    '%00',
    '%ff',
    '%2e%2e',
    '..%2f..%2fetc',
    'x',
    '0',
    '-1',
    '%20',
    '%F0%9F%91%A9',
    "'",
    '*',
    '%25',
    'null',
    'undefined',
    '__proto__',
  ],
  ...[
    `ntf_${'z'.repeat(26)}`,
    `app_${'0'.repeat(26)}`,
    'x'.repeat(400),
    'x'.repeat(600),
    '%E2%80%AE',
    'a;b=c',
    '1e3',
    '99999999999999999999',
  ],
];
const ODD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...[
    { accept: 'application/xml' },
    { accept: '*/*;q=0' },
    { 'accept-encoding': 'gzip, br' },
    { range: 'bytes=0-1' },
    { te: 'trailers' },
  ],
  ...[
    { 'if-none-match': '*' },
    { 'if-none-match': '"x", W/"y"' },
    { 'if-match': '*' },
    { 'if-modified-since': 'yesterday' },
  ],
  ...[
    { traceparent: '00-zz-zz-01' },
    { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` },
    { baggage: 'a=b;c' },
  ],
  ...[
    { 'x-forwarded-for': "127.0.0.1, ' OR 1" },
    { forwarded: 'for="[::1]"' },
    { 'x-forwarded-host': 'evil.example' },
    { host: 'evil.example' },
  ],
  ...[
    { 'x-http-method-override': 'DELETE' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { cookie: 'a=b; __Host-x=' },
  ],
  ...[
    { 'idempotency-key': '' },
    { 'idempotency-key': 'x'.repeat(300) },
    { 'idempotency-key': 'é' },
    { 'idempotency-key': 'a b' },
  ],
  ...[{ dpop: 'x.y.z' }, { 'signalbox-user-token': 'eyJhbGciOiJub25lIn0.e30.' }, { 'x-odd': 'x'.repeat(9_000) }],
];
const ODD_FORMS: readonly {
  readonly type?: string;
  readonly encoding?: string;
  readonly body: (json: string) => string;
}[] = [
  ...[
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'application/jsonx',
    'a',
    'application/x-ndjson',
  ].map((type) => ({ type, body: (json: string) => json })),
  ...['gzip', 'br', 'nonsense'].map((encoding) => ({ type: JSON_TYPE, encoding, body: (json: string) => json })),
  { body: (json) => json },
  ...[
    ...[
      (json: string) => json.slice(0, -1),
      (json: string) => `${json}}`,
      (json: string) => `\ufeff${json}`,
      (json: string) => json.replaceAll('"', "'"),
    ],
    ...[
      () => '',
      () => ' ',
      () => '\u0000',
      () => '{',
      () => '[',
      () => '"',
      () => 'null',
      () => '[]',
      () => '1',
      () => '"x"',
      () => 'NaN',
      () => '{"a":}',
    ],
    ...[
      () => '{"a":1,}',
      () => '{a:1}',
      () => '/**/{}',
      () => '[1,2',
      () => '{"\\u12":1}',
      () => '{"a":"\n"}',
      () => '01',
      () => '1e',
      () => '\\',
    ],
    ...[() => '['.repeat(100_000), () => '{"a":'.repeat(40_000), () => `{"a":"${'x'.repeat(OVERSIZED)}"}`],
  ].map((body) => ({ type: JSON_TYPE, body })),
];

/** Requests of a route: as it wants them, and with one thing odd. */
export function requestsOf(route: Route, { known, idsAt }: Surroundings): fc.Arbitrary<FuzzedRequest> {
  const { operation, document, method } = route;
  const parameters = operation.parameters ?? [];
  const valid = (schema: object, name = '') => validValues(document, known, schema, name);
  const schema = operation.requestBody?.content[JSON_TYPE]?.schema;
  const signed = operation.requestBody !== undefined && '*/*' in operation.requestBody.content;
  const body = schema === undefined ? undefined : valid(schema);
  const query = (odd: boolean) =>
    queries(
      parameters.filter((each) => each.in === 'query'),
      valid,
      odd,
    );
  const declared = fc.record(
    Object.fromEntries(parameters.filter((each) => each.in === 'header').map(({ name }) => [name, headerText])),
    { requiredKeys: parameters.filter((each) => each.in === 'header' && each.required).map(({ name }) => name) },
  );
  const idempotent = parameters.some(({ name }) => name === 'Idempotency-Key');
  const weights: readonly (readonly [Oddity, number])[] = [
    ['nothing', 6],
    ['path', route.path.includes('{') ? 2 : 0],
    ['query', parameters.some((each) => each.in === 'query') ? 4 : 1],
    ['headers', 2],
    ['body', body === undefined ? 0 : 10],
    ['form', method === 'GET' ? 1 : 3],
  ];
  /** Made once for each kind of oddity: to make the makers takes longer than to make a request. */
  const withOne = (oddity: Oddity): fc.Arbitrary<FuzzedRequest> =>
    fc
      .record({
        caller: callersOf(operation),
        who: fc.nat(),
        path: paths(route, idsAt, oddity === 'path'),
        query: query(oddity === 'query'),
        declared,
        key: fc.uuid(),
        odd: oddity === 'headers' ? fc.constantFrom(...ODD_HEADERS) : fc.constant({}),
        form: oddity === 'form' ? fc.constantFrom(...ODD_FORMS) : fc.constant(undefined),
        content: signed
          ? fc.oneof(oddText, fc.jsonValue().map(jsonText)).map((value) => ({ text: value, pointer: undefined }))
          : contents(body, oddity),
      })
      .map(({ caller, who, path, query: asked, declared: headers, key, odd, form, content }) => {
        const text = form === undefined ? content?.text : form.body(content?.text ?? '{}');
        return {
          ...{ route, caller, who, target: path + asked, oddity },
          headers: {
            ...(idempotent && { 'idempotency-key': key }),
            ...(text !== undefined && form === undefined && { 'content-type': JSON_TYPE }),
            ...(form?.type !== undefined && { 'content-type': form.type }),
            ...(form?.encoding !== undefined && { 'content-encoding': form.encoding }),
            ...lowerCased(headers),
            ...(odd as Readonly<Record<string, string>>),
          },
          body: text,
          ...(content?.pointer !== undefined && form === undefined && { spoiledAt: content.pointer }),
        };
      });
  return fc.oneof(
    ...weights.filter(([, weight]) => weight > 0).map(([oddity, weight]) => ({ weight, arbitrary: withOne(oddity) })),
  );
}

function contents(body: fc.Arbitrary<unknown> | undefined, oddity: Oddity) {
  if (body === undefined) return fc.constant(undefined);
  if (oddity === 'body') return spoiled(body).map(({ value, pointer }) => ({ text: jsonText(value ?? null), pointer }));
  return body.map((value) => ({ text: jsonText(value), pointer: undefined }));
}

/** Mostly somebody who may. */
function callersOf({ security }: Operation): fc.Arbitrary<Caller> {
  const welcome = security.map((way): Caller => {
    if ('operatorToken' in way) return 'operator';
    if ('userToken' in way) return 'user';
    return way['apiKey']?.includes('devices:register-own') ? 'phone' : 'backend';
  });
  const may = welcome.length === 0 ? fc.constant<Caller>('nobody') : fc.constantFrom(...new Set(welcome));
  return fc.oneof({ weight: 9, arbitrary: may }, { weight: 1, arbitrary: fc.constantFrom(...CALLERS) });
}

function paths({ service, path }: Route, idsAt: Surroundings['idsAt'], odd: boolean): fc.Arbitrary<string> {
  const parts = path.split(/(\{\w+\})/);
  const segments = parts.map((part, at) => {
    if (!part.startsWith('{')) return fc.constant(part);
    const real = idsAt(`${service} ${parts.slice(0, at + 1).join('')}`).map(encodeURIComponent);
    const own = fc.constantFrom(...real.slice(0, -1));
    return odd ? fc.constantFrom(...ODD_SEGMENTS, ...real) : own;
  });
  return fc.tuple(...segments).map((all) => all.join(''));
}

function queries(
  declared: NonNullable<Operation['parameters']>,
  valid: (schema: object, name: string) => fc.Arbitrary<unknown>,
  odd: boolean,
): fc.Arbitrary<string> {
  const asked = fc.record(Object.fromEntries(declared.map(({ name, schema }) => [name, valid(schema, name)])), {
    requiredKeys: declared.filter(({ required }) => required).map(({ name }) => name),
  });
  const text = (name: string, value: unknown) =>
    `${encoded(name)}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`;
  const usual = asked.map((values) => Object.entries(values).map(([name, value]) => text(name, value)));
  const names = fc.oneof(oddName, ...declared.map(({ name }) => fc.constant(name)));
  const unusual = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(names, oddText).map(([name, value]) => text(name, value)) },
    { weight: 1, arbitrary: names.map((name) => encoded(name)) },
    { weight: 1, arbitrary: names.map((name) => `${encoded(name)}[a]=1&${encoded(name)}[]=2`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '%',
        '%ff=%00',
        'a=%E0%A4%A',
        '&&&',
        '=',
        '#',
        '?',
        'limit=1&limit=2',
        'after=',
        'x'.repeat(8_000),
      ),
    },
  );
  const all = odd ? fc.tuple(usual, unusual).map(([some, more]) => [...some, more]) : usual;
  return all.map((parts) => (parts.length === 0 ? '' : `?${parts.join('&')}`));
}

/** `encodeURIComponent` that takes half a surrogate pair for what it looks like. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

const headerText = fc.oneof(
  fc.constantFrom('1', 'x', '"1"', '*', 't=1,v1=00'),
  fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
);

function lowerCased(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
