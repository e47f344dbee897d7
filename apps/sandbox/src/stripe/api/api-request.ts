import { readForm } from '../wire/form.js';
import { readJsonBody } from '../wire/json-form.js';
import { Params } from '../wire/params.js';

/** A request as it came over the wire. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly payload: string;
}

export function pathOf({ url }: ApiRequest): string {
  return url.split('?')[0] ?? '';
}

/** What it says: its body, or the query of a request without one. */
export function payloadOf({ url, payload }: ApiRequest): string {
  return payload === '' ? (url.split('?')[1] ?? '') : payload;
}

/** `/v2` takes JSON bodies, everything else is a form. @throws Refused */
export function paramsOf(request: ApiRequest): Params {
  const isJson = pathOf(request).startsWith('/v2/') && request.payload !== '';
  return new Params(isJson ? readJsonBody(request.payload) : readForm(payloadOf(request)));
}

/** Of a header that came several times, the first. */
export function header({ headers }: ApiRequest, name: string): string | undefined {
  const value = headers[name];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}

/** The headers that Stripe sends back. */
export function echoed(request: ApiRequest): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name of ['idempotency-key', 'stripe-account']) {
    const value = header(request, name);
    if (value !== undefined) sent[name] = value;
  }
  return sent;
}
