import type { Verdict } from '../../answer/verdict.js';
import type { ApiFaults } from '../../faults/api-faults.js';
import type { Fault } from '../../faults/fault.js';
import type { RequestLog } from '../../recording/request-log.js';
import type { ApiBehaviour } from '../faults/api-behaviour.js';
import { faultAnswer } from '../faults/fault-answer.js';
import { expanded } from '../wire/expand.js';
import { newId } from '../wire/ids.js';
import { errorBody, Refused } from '../wire/refused.js';
import { versioned } from '../wire/versions.js';
import type { Account } from '../world/account.js';
import { type Accounts, API_VERSION } from '../world/accounts.js';
import { type ApiKey, readApiKey } from '../world/keys.js';
import { type ApiAnswer, answerWith } from './api-answer.js';
import { type ApiRequest, echoed, header, paramsOf, pathOf, payloadOf } from './api-request.js';
import { fingerprintOf, type IdempotencyKeys, type KeyUse } from './idempotency-keys.js';
import type { CallDecidedBy, CallEnding, CallFilter, ReceivedCall } from './received-call.js';
import { nameOf, type Route } from './route.js';

/** A request, and what it has come to so far. */
interface Arrival {
  readonly request: ApiRequest;
  readonly route: Route | undefined;
  readonly path: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** The one that the request names, or the account's. */
  version: string;
  account?: Account;
}

interface Judged {
  /** Absent when nobody is answered. */
  readonly answer?: ApiAnswer | undefined;
  readonly decidedBy: CallDecidedBy;
  /** Whether it was carried out. */
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
    private readonly faults: ApiFaults<ApiBehaviour>,
    private readonly keys: IdempotencyKeys,
    private readonly log: RequestLog<ReceivedCall, CallFilter>,
  ) {}

  handle(route: Route | undefined, path: Readonly<Record<string, string>>, request: ApiRequest): Verdict {
    const version = header(request, 'stripe-version') ?? API_VERSION;
    const arrival: Arrival = { request, route, path, requestId: newId('req'), version };
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
    const about = { 'request-id': arrival.requestId, 'stripe-version': arrival.version, ...echoed(request) };
    return { kind: 'answer', answer: { ...answer, headers: { ...about, ...answer.headers } }, latencyMs };
  }

  private judge(arrival: Arrival): Judged {
    const { request, route, requestId } = arrival;
    try {
      const key = readApiKey(header(request, 'authorization'));
      const account = this.accountOf(key, arrival);
      arrival.account = account;
      arrival.version = header(request, 'stripe-version') ?? account.apiVersion;
      if (!route) throw unknownUrl(request);
      const fault = this.faults.decide(nameOf(route), account.id);
      const use = keyUseOf(request, route, account);
      if (!fault?.ending)
        return {
          ...this.once(arrival, account, route, key, use, fault?.latencyMs ?? this.faults.behaviour.latencyMs),
          fault,
        };
      const latencyMs = fault.ending.kind === 'hang' ? 0 : (fault.latencyMs ?? 0);
      const judged = fault.after ? this.once(arrival, account, route, key, use, latencyMs) : undefined;
      const failed = failing(fault, requestId);
      if (fault.sticks && use && failed.answer) this.keys.keep(use, failed.answer, requestId, latencyMs);
      return { ...failed, done: judged?.done ?? false };
    } catch (error) {
      return { ...refusal(error, requestId), decidedBy: 'api', done: false };
    }
  }

  /** Carries it out, or answers what was answered to the same Idempotency-Key. @throws Refused */
  private once(
    arrival: Arrival,
    account: Account,
    route: Route,
    key: ApiKey,
    use: KeyUse | undefined,
    latencyMs: number,
  ): Judged {
    const { request, requestId } = arrival;
    const before = use && this.keys.find(use);
    if (before) {
      const headers = { 'idempotent-replayed': 'true', 'original-request': before.requestId };
      return { answer: { ...before.answer, headers }, decidedBy: 'replay', done: false };
    }
    const cause = { id: requestId, idempotency_key: header(request, 'idempotency-key') ?? null };
    const judged = account.because(cause, () => this.carryOut(arrival, account, route, key));
    if (use && judged.done && judged.answer) this.keys.keep(use, judged.answer, requestId, latencyMs);
    return judged;
  }

  private carryOut(
    { request, path, requestId, version }: Arrival,
    account: Account,
    route: Route,
    key: ApiKey,
  ): Judged {
    const params = paramsOf(request);
    const hasVersion = header(request, 'stripe-version') !== undefined;
    const shape = { version, hasVersion, isPublic: key.kind === 'publishable', origin: this.origin };
    try {
      const result = route.handle({ account, params, path: (name) => path[name] ?? '', ...shape });
      const shown = expanded(account, result, params.texts('expand'));
      const intentOf = (invoiceId: string): string | null => account.intentOfInvoice(invoiceId);
      const body = route.hasOwnVersion ? shown : versioned(shown, version, intentOf);
      return { answer: answerWith(200, body), decidedBy: 'api', done: true };
    } catch (error) {
      // A card that was declined has been tried; what was invalid has not begun, and its key can be used again.
      const done = error instanceof Refused && error.begun;
      return { ...refusal(error, requestId), decidedBy: 'api', done };
    }
  }

  /** @throws Refused */
  private accountOf(key: ApiKey, { request, route }: Arrival): Account {
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

  private keep(arrival: Arrival, { decidedBy, done }: Pick<Judged, 'decidedBy' | 'done'>, ending: CallEnding): void {
    const { request, route, requestId, version, account } = arrival;
    const what = { requestId, method: request.method, path: pathOf(request), route: route && nameOf(route), version };
    const who = { accountId: account?.id, idempotencyKey: header(request, 'idempotency-key') };
    const how = { receivedAt: Date.now(), payload: payloadOf(request), done, decidedBy, ending };
    this.log.add((seq) => ({ seq, ...what, ...who, ...how }));
  }
}

/** Reading needs no key, and where it deletes v1 looks at none. */
function keyUseOf(request: ApiRequest, route: Route, account: Account): KeyUse | undefined {
  const key = header(request, 'idempotency-key');
  const heeds = route.method === 'POST' || (route.method === 'DELETE' && route.path.startsWith('/v2/'));
  if (key === undefined || !heeds) return undefined;
  return {
    scope: `${account.id} ${key}`,
    fingerprint: fingerprintOf(request.method, request.url, request.payload),
  };
}

function failing(fault: Fault, requestId: string): Pick<Judged, 'answer' | 'code' | 'decidedBy' | 'fault'> {
  const { ending } = fault;
  const refused = ending?.kind === 'answer' ? refusal(faultAnswer(ending), requestId) : {};
  return { ...refused, decidedBy: 'behaviour', fault };
}

function refusal(error: unknown, requestId: string): Pick<Judged, 'answer' | 'code'> {
  if (!(error instanceof Refused)) throw error;
  return { answer: answerWith(error.status, errorBody(error, requestId), error.headers), code: error.body.code };
}

function unknownUrl(request: ApiRequest): Refused {
  const message = `Unrecognized request URL (${request.method}: ${pathOf(request)}). The sandbox has the routes that docs/sandbox.md lists.`;
  return new Refused(404, { type: 'invalid_request_error', message });
}
