import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request of Stripe's API, as it came. */
export interface AskedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** performance.now() */
  readonly at: number;
}

/** What a request is answered with; `hang` says nothing for ever, `cut` ends the connection. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | 'hang'
  | 'cut';

/** An event as `GET /v1/events` has it. */
export interface ListedEvent {
  readonly id: string;
  readonly type: string;
  /** Seconds. */
  readonly created: number;
}

/** A web server on loopback that answers a few GETs as Stripe's API does, until a test says otherwise. */
export interface StripeStandIn {
  readonly origin: string;
  readonly asked: AskedRequest[];
  /** Objects by their path, such as `/v1/refunds/re_1`. */
  readonly objects: Map<string, object>;
  /** Events of accounts; the app's own are under ''. */
  readonly events: Map<string, ListedEvent[]>;
  /** Thin events of the app's own account. */
  readonly thinEvents: { readonly type: string; readonly created: string; readonly [field: string]: unknown }[];
  /** Decides about each request before anything else; undefined leaves it to the server. */
  script: ((request: AskedRequest, turn: number) => ScriptedAnswer | undefined) | undefined;
  /** Requests that are being answered at this moment. */
  inFlight(): number;
  close(): Promise<void>;
}

const noSuchThing: ScriptedAnswer = {
  status: 404,
  body: { error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such thing', param: 'id' } },
};

export async function startStripeStandIn(): Promise<StripeStandIn> {
  let turn = 0;
  let inFlight = 0;
  const stand: Omit<StripeStandIn, 'origin' | 'close'> = {
    asked: [],
    objects: new Map(),
    events: new Map(),
    thinEvents: [],
    script: undefined,
    inFlight: () => inFlight,
  };
  const server = createServer((request, response) => {
    inFlight += 1;
    response.once('close', () => (inFlight -= 1));
    const asked = readRequest(request);
    stand.asked.push(asked);
    turn += 1;
    const answer = stand.script?.(asked, turn) ?? answerOf(stand, asked);
    if (answer === 'hang') return;
    if (answer === 'cut') request.socket.destroy();
    else send(response, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(stand, {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function readRequest({ url = '', headers }: IncomingMessage): AskedRequest {
  const { pathname, searchParams } = new URL(url, 'http://stripe');
  return {
    path: pathname,
    query: searchParams,
    headers: headers as Record<string, string | undefined>,
    at: performance.now(),
  };
}

function send(response: ServerResponse, answer: Exclude<ScriptedAnswer, string>): void {
  const { status, body, text, headers } = answer;
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_1', ...headers });
  response.end(text ?? JSON.stringify(body));
}

type Kept = Pick<StripeStandIn, 'objects' | 'events' | 'thinEvents'>;

function answerOf({ objects, events, thinEvents }: Kept, asked: AskedRequest): ScriptedAnswer {
  const version = { 'stripe-version': asked.headers['stripe-version'] ?? '' };
  if (asked.path === '/v1/events') {
    return {
      status: 200,
      headers: version,
      body: list(events.get(asked.headers['stripe-account'] ?? '') ?? [], asked),
    };
  }
  if (asked.path === '/v2/core/events') return { status: 200, headers: version, body: thinList(thinEvents, asked) };
  const object = objects.get(asked.path);
  return object === undefined ? noSuchThing : { status: 200, headers: version, body: object };
}

/** Newest first; what has the same second is in no order that means anything, but always in the same. */
function list(events: readonly ListedEvent[], { query }: AskedRequest): object {
  const types = typesOf(query);
  const wanted = events
    .filter(({ type }) => types.length === 0 || types.includes(type))
    .filter(({ created }) => created >= Number(query.get('created[gte]') ?? 0))
    .filter(({ created }) => created <= Number(query.get('created[lte]') ?? Infinity))
    .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  const after = query.get('starting_after');
  const start = after === null ? 0 : wanted.findIndex(({ id }) => id === after) + 1;
  const limit = Number(query.get('limit') ?? 10);
  const data = wanted.slice(start, start + limit);
  return { object: 'list', data, has_more: start + limit < wanted.length, url: '/v1/events' };
}

function thinList(events: StripeStandIn['thinEvents'], { query }: AskedRequest): object {
  const types = typesOf(query);
  const [from, until] = [query.get('created[gte]') ?? '', query.get('created[lt]') ?? '9'];
  const wanted = events.filter(({ type, created }) => types.includes(type) && created >= from && created < until);
  const start = Number(query.get('page') ?? 0);
  const next = new URLSearchParams(query);
  next.set('page', String(start + 2));
  // Two a page, so that there are pages.
  return {
    data: wanted.slice(start, start + 2),
    next_page_url: start + 2 < wanted.length ? `/v2/core/events?${next.toString()}` : null,
    previous_page_url: null,
  };
}

function typesOf(query: URLSearchParams): string[] {
  const types = [...query].flatMap(([name, value]) => (name.startsWith('types[') ? [value] : []));
  if (types.length > 20) throw new Error('Stripe takes 20 types');
  return types;
}
