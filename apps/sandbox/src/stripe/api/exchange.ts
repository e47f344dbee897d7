import type { RequestLog } from '../../recording/request-log.js';
import type { ApiFaults } from '../faults/api-behaviour.js';
import type { Fault } from '../faults/fault.js';
import { faultAnswer } from '../faults/fault-answer.js';
import { expanded } from '../wire/expand.js';
import { readForm } from '../wire/form.js';
import { newId } from '../wire/ids.js';
import { readJsonBody } from '../wire/json-form.js';
import { Params } from '../wire/params.js';
import { errorBody, invalid, Refused } from '../wire/refused.js';
import { versioned } from '../wire/versions.js';
import type { Account } from '../world/account.js';
import { type Accounts, API_VERSION } from '../world/accounts.js';
import { readApiKey } from '../world/keys.js';
import { type ApiAnswer, answerWith } from './api-answer.js';
import { fingerprintOf, type IdempotencyKeys } from './idempotency-keys.js';
import type { CallDecidedBy, CallEnding, CallFilter, ReceivedCall } from './received-call.js';
import type { Route } from './route.js';

/** A request as it came over the wire. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly payload: string;
}

export type Verdict =
  | { readonly kind: 'answer'; readonly answer: ApiAnswer; readonly latencyMs: number }
  | { readonly kind: 'disconnect'; readonly latencyMs: number }
  | { readonly kind: 'hang' };

interface Judged {
  readonly answer: ApiAnswer;
  readonly decidedBy: CallDecidedBy;
  readonly done: boolean;
  readonly fault?: Fault | undefined;
  readonly code?: string | undefined;
}

/** What Stripe does with one request: knows its key, lets faults decide, answers what was answered before, or does it. */
export class ApiExchange {
  /** Where clients reach the API; known once it listens. */
  origin = '';

  constructor(
    private readonly accounts: Accounts,
    private readonly faults: ApiFaults,
    private readonly keys: IdempotencyKeys,
    private readonly log: RequestLog<ReceivedCall, CallFilter>,
  ) {}

  handle(route: Route | undefined, path: Readonly<Record<string, string>>, request: ApiRequest): Verdict {
    const requestId = newId('req');
    const version = header(request, 'stripe-version') ?? API_VERSION;
    let account: Account | undefined;
    const keep = ({ decidedBy, done }: Pick<Judged, 'decidedBy' | 'done'>, ending: CallEnding): void => {
      const what = { requestId, method: request.method, path: pathOf(request), route: route && nameOf(route) };
      const who = { accountId: account?.id, idempotencyKey: header(request, 'idempotency-key'), version };
      const receivedAt = Date.now();
      this.log.add((seq) => ({
        seq,
        receivedAt,
        ...what,
        ...who,
        payload: payloadOf(request),
        done,
        decidedBy,
        ending,
      }));
    };
    if (this.faults.behaviour.blackhole) {
      keep({ decidedBy: 'behaviour', done: false }, { kind: 'hang' });
      return { kind: 'hang' };
    }
    let judged: Judged;
    try {
      account = this.accountOf(request, route);
      judged = this.judge(account, route, path, request, requestId, version);
    } catch (error) {
      judged = { ...refusal(error, requestId), decidedBy: 'api', done: false };
    }
    const { answer, fault, code } = judged;
    const latencyMs = fault?.latencyMs ?? this.faults.behaviour.latencyMs;
    if (fault?.ending && fault.ending.kind !== 'answer') {
      keep(judged, fault.ending);
      return fault.ending.kind === 'hang' ? fault.ending : { ...fault.ending, latencyMs };
    }
    keep(judged, { kind: 'answer', status: answer.status, code });
    const headers = { 'request-id': requestId, 'stripe-version': version, ...echoed(request), ...answer.headers };
    return { kind: 'answer', answer: { ...answer, headers }, latencyMs };
  }

  private judge(
    account: Account,
    route: Route | undefined,
    path: Readonly<Record<string, string>>,
    request: ApiRequest,
    requestId: string,
    version: string,
  ): Judged {
    if (!route) throw unknownUrl(request);
    const fault = this.faults.decide(nameOf(route), account.id);
    if (fault?.ending && !fault.after) return { ...this.failing(fault, requestId), done: false };
    const judged = this.once(account, route, path, request, requestId, version);
    if (!fault?.ending) return { ...judged, fault };
    return { ...this.failing(fault, requestId), done: judged.done };
  }

  /** Carries it out, or answers what was answered to the same Idempotency-Key. */
  private once(
    account: Account,
    route: Route,
    path: Readonly<Record<string, string>>,
    request: ApiRequest,
    requestId: string,
    version: string,
  ): Judged {
    const key = route.method === 'GET' ? undefined : header(request, 'idempotency-key');
    const scope = `${account.id} ${key ?? ''}`;
    const fingerprint = fingerprintOf(request.method, request.url, request.payload);
    const before = key === undefined ? undefined : this.keys.find(scope, fingerprint);
    if (before) {
      const headers = { 'idempotent-replayed': 'true', 'original-request': before.requestId };
      return { answer: { ...before.answer, headers }, decidedBy: 'replay', done: false };
    }
    const cause = { id: requestId, idempotency_key: key ?? null };
    const params = new Params(paramsOf(request));
    const isPublic = readApiKey(header(request, 'authorization')).kind === 'publishable';
    const hasVersion = header(request, 'stripe-version') !== undefined;
    const shape = { version, hasVersion, isPublic, origin: this.origin };
    const call = { account, params, path: (name: string) => path[name] ?? '', ...shape };
    let judged: Judged;
    try {
      const result = account.because(cause, () => route.handle(call));
      const shown = versioned(expanded(account, result, params.texts('expand')), version, (id) =>
        account.intentOfInvoice(id),
      );
      judged = { answer: answerWith(200, shown), decidedBy: 'api', done: true };
    } catch (error) {
      // A card that was declined has been tried; what was invalid has not begun, and its key can be used again.
      const done = error instanceof Refused && error.status === 402;
      judged = { ...refusal(error, requestId), decidedBy: 'api', done };
    }
    if (key !== undefined && judged.done) this.keys.keep(scope, fingerprint, judged.answer, requestId);
    return judged;
  }

  private failing(fault: Fault, requestId: string): Pick<Judged, 'answer' | 'decidedBy' | 'fault'> {
    const { ending } = fault;
    const answer =
      ending?.kind === 'answer' ? refusal(faultAnswer(ending), requestId).answer : { status: 0, headers: {}, body: '' };
    return { answer, decidedBy: 'behaviour', fault };
  }

  private accountOf(request: ApiRequest, route: Route | undefined): Account {
    const key = readApiKey(header(request, 'authorization'));
    if (key.kind === 'publishable' && !route?.isPublic)
      throw new Refused(403, {
        type: 'invalid_request_error',
        code: 'secret_key_required',
        message: 'This API call cannot be made with a publishable API key. Please use a secret API key.',
      });
    const account = this.accounts.ofKey(key.secret);
    const connected = header(request, 'stripe-account') ?? header(request, 'stripe-context');
    return connected === undefined ? account : this.accounts.connected(account, connected);
  }
}

function refusal(error: unknown, requestId: string): { readonly answer: ApiAnswer; readonly code: string | undefined } {
  if (!(error instanceof Refused)) throw error;
  return { answer: answerWith(error.status, errorBody(error, requestId), error.headers), code: error.body.code };
}

function unknownUrl(request: ApiRequest): Refused {
  const message = `Unrecognized request URL (${request.method}: ${pathOf(request)}). The sandbox has the routes that docs/sandbox.md lists.`;
  return new Refused(404, { type: 'invalid_request_error', message });
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function pathOf({ url }: ApiRequest): string {
  return url.split('?')[0] ?? '';
}

/** A GET says what it wants in its query. */
function payloadOf({ url, payload }: ApiRequest): string {
  return payload === '' ? (url.split('?')[1] ?? '') : payload;
}

function paramsOf(request: ApiRequest) {
  const isJson = pathOf(request).startsWith('/v2/') && request.payload !== '';
  return isJson ? readJsonBody(request.payload) : readForm(payloadOf(request));
}

function header({ headers }: ApiRequest, name: string): string | undefined {
  const value = headers[name];
  if (Array.isArray(value)) throw invalid(`The header ${name} was sent several times.`);
  return value === '' ? undefined : value;
}

function echoed(request: ApiRequest): Record<string, string> {
  const names = ['idempotency-key', 'stripe-account'];
  return Object.fromEntries(names.flatMap((name) => (header(request, name) ? [[name, header(request, name)!]] : [])));
}
