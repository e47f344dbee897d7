import { gzipSync } from 'node:zlib';
import type { Answer, Verdict } from '../../answer/verdict.js';
import type { ApiFaults } from '../../faults/api-faults.js';
import type { Fault } from '../../faults/fault.js';
import type { RequestLog } from '../../recording/request-log.js';
import type { ApiBehaviour } from '../faults/api-behaviour.js';
import type { Transaction } from '../objects/transaction.js';
import { shownOrThrown } from '../payments/shown.js';
import { Fields } from '../wire/fields.js';
import { invalid, notFound, Refused, Unsuccessful } from '../wire/refused.js';
import { xmlDocument } from '../wire/xml.js';
import type { Merchant } from '../world/merchant.js';
import type { Merchants } from '../world/merchants.js';
import { fingerprintOf } from '../world/request-keys.js';
import { errorAnswer } from './error-answer.js';
import type { CallDecidedBy, CallEnding, CallFilter, ReceivedCall } from './received-call.js';
import { nameOf, type Result, type Route } from './route.js';

/** A request as it came over the wire. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly acceptsGzip: boolean;
  readonly payload: string;
}

/** A request, and what it has come to so far. */
interface Arrival {
  readonly request: ApiRequest;
  readonly route: Route | undefined;
  readonly path: Readonly<Record<string, string>>;
  merchant?: Merchant;
  fields?: Fields;
}

interface Judged {
  /** Absent when nobody is answered. */
  readonly answer?: { readonly status: number; readonly xml: string | undefined; readonly retryAfter?: number };
  readonly decidedBy: CallDecidedBy;
  /** Whether it was carried out. */
  readonly done: boolean;
  readonly fault?: Fault | undefined;
  readonly code?: string | undefined;
}

/** What Braintree does with one request: knows its key, lets faults decide, answers what it knows already, or does it. */
export class ApiExchange {
  /** Where clients reach the API; known once it listens. */
  origin = '';

  constructor(
    private readonly merchants: Merchants,
    private readonly faults: ApiFaults<ApiBehaviour>,
    private readonly log: RequestLog<ReceivedCall, CallFilter>,
  ) {}

  handle(route: Route | undefined, path: Readonly<Record<string, string>>, request: ApiRequest): Verdict {
    const arrival: Arrival = { request, route, path };
    if (this.faults.behaviour.blackhole) {
      this.keep(arrival, { decidedBy: 'behaviour', done: false }, { kind: 'hang' });
      return { kind: 'hang' };
    }
    const judged = this.judge(arrival);
    const { answer, fault, code } = judged;
    const latencyMs = fault?.latencyMs ?? this.faults.behaviour.latencyMs;
    if (!answer) {
      const kind = fault?.ending?.kind === 'disconnect' ? 'disconnect' : 'hang';
      this.keep(arrival, judged, { kind });
      return kind === 'hang' ? { kind } : { kind, latencyMs };
    }
    this.keep(arrival, judged, { kind: 'answer', status: answer.status, code });
    return { kind: 'answer', answer: packed(answer, request.acceptsGzip), latencyMs };
  }

  private judge(arrival: Arrival): Judged {
    const { request, route, path } = arrival;
    try {
      const merchant = this.merchants.ofRequest(path['merchantId'] ?? '', request.authorization);
      arrival.merchant = merchant;
      arrival.fields = readBody(request.payload);
      if (!route) throw notFound();
      const fault = this.faults.decide(nameOf(route), merchant.id);
      if (fault?.ending && !fault.after) return { ...failing(fault), done: false };
      const judged = this.once(arrival, merchant, route, arrival.fields);
      return fault?.ending ? { ...failing(fault), done: judged.done } : { ...judged, fault };
    } catch (error) {
      return refusal(error, false);
    }
  }

  /** Carries it out, or tells what has become of what the same `apiRequestKey` asked for. @throws Invalid */
  private once(arrival: Arrival, merchant: Merchant, route: Route, fields: Fields): Judged {
    const key = fields.child('transaction').text('api_request_key');
    if (key === undefined) return this.carryOut(arrival, merchant, route, fields).judged;
    if (!merchant.settings.apiRequestKeys)
      throw invalid('transaction', 'api_request_key', '915231', 'API request key is not allowed for this merchant.');
    const { request } = arrival;
    const fingerprint = fingerprintOf(request.method, request.url, request.payload);
    const before = merchant.requestKeys.find(key, fingerprint);
    if (before) {
      const again = judgedBy(() => shownOrThrown(before, 200)).judged;
      return { ...again, decidedBy: 'replay', done: false };
    }
    const { judged, transaction } = this.carryOut(arrival, merchant, route, fields);
    merchant.requestKeys.keep(key, fingerprint, transaction);
    return judged;
  }

  private carryOut({ path, request }: Arrival, merchant: Merchant, route: Route, fields: Fields): Carried {
    const query = new URLSearchParams(request.url.split('?')[1]);
    const page = Number(query.get('page') ?? 1);
    const findableUntil = Date.now() - this.faults.behaviour.searchLagMs;
    const call = { merchant, fields, page, origin: this.origin, findableUntil };
    return judgedBy(() => route.handle({ ...call, path: (name) => path[name] ?? '' }));
  }

  private keep(arrival: Arrival, { decidedBy, done }: Pick<Judged, 'decidedBy' | 'done'>, ending: CallEnding): void {
    const { request, route, merchant, fields } = arrival;
    const what = { method: request.method, path: request.url.split('?')[0] ?? '', route: route && nameOf(route) };
    const who = { merchantId: merchant?.id, orderId: fields?.child('transaction').text('order_id') };
    const how = { receivedAt: Date.now(), payload: request.payload, done, decidedBy, ending };
    this.log.add((seq) => ({ seq, ...what, ...who, ...how }));
  }
}

interface Carried {
  readonly judged: Judged;
  readonly transaction: Transaction | undefined;
}

function judgedBy(act: () => Result): Carried {
  try {
    const result = act();
    if (result.kind === 'empty')
      return {
        judged: { answer: { status: 200, xml: undefined }, decidedBy: 'api', done: true },
        transaction: undefined,
      };
    const xml = xmlDocument(result.name, result.value);
    const judged: Judged = { answer: { status: result.status, xml }, decidedBy: 'api', done: true };
    return { judged, transaction: result.transaction };
  } catch (error) {
    // A card that was declined has been tried; what was invalid has not begun.
    const tried = error instanceof Unsuccessful && 'transaction' in error.made ? error.made.transaction : undefined;
    return { judged: refusal(error, error instanceof Unsuccessful), transaction: tried };
  }
}

function failing(fault: Fault): Pick<Judged, 'answer' | 'decidedBy' | 'fault'> {
  const { ending } = fault;
  if (ending?.kind !== 'answer') return { decidedBy: 'behaviour', fault };
  const { status, retryAfter } = ending;
  const answer = { status, xml: undefined, ...(retryAfter !== undefined && { retryAfter }) };
  return { answer, decidedBy: 'behaviour', fault };
}

function refusal(error: unknown, done: boolean): Judged {
  const { status, xml, code } = errorAnswer(error);
  return { answer: { status, xml }, code, decidedBy: 'api', done };
}

/** @throws Refused when it is no JSON */
function readBody(payload: string): Fields {
  if (payload === '') return Fields.of(undefined);
  try {
    return Fields.of(JSON.parse(payload));
  } catch {
    throw new Refused(400, 'the body is no JSON');
  }
}

function packed({ status, xml, retryAfter }: NonNullable<Judged['answer']>, acceptsGzip: boolean): Answer {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  if (xml === undefined) return { status, headers, body: '' };
  headers['content-type'] = 'application/xml; charset=utf-8';
  if (!acceptsGzip) return { status, headers, body: xml };
  return { status, headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipSync(xml) };
}
