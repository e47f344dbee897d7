import type { Verdict } from '../../answer/verdict.js';
import type { ProviderKeys } from '../../identity/provider-keys.js';
import type { RequestLog } from '../../recording/request-log.js';
import { credentialsOf } from '../endpoints/authenticate.js';
import { refusalReply, Refused } from '../endpoints/refused.js';
import { twistedBody } from '../faults/bodies.js';
import type { SignInFault } from '../faults/behaviour.js';
import type { Provider } from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import type { CallEnding, CallFilter, ReceivedCall } from './received-call.js';
import { json, type Reply } from './reply.js';
import { type Route, routeOf } from './route.js';

/** A request as it came over the wire. */
export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly payload: string;
}

interface Arrival extends ApiRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly provider: Provider | undefined;
  readonly route: Route | undefined;
}

const NOT_FOUND = { ...json(404, { error: 'not_found' }), error: 'not_found' };

/** What a provider does with one request: lets faults decide, or does it; and writes it down. */
export class SignInExchange {
  constructor(
    private readonly providers: Providers,
    private readonly teamKeys: ProviderKeys,
    private readonly log: RequestLog<ReceivedCall, CallFilter>,
  ) {}

  async handle(request: ApiRequest): Promise<Verdict> {
    const [path = '', query = ''] = request.url.split('?');
    const at = this.providers.at(path);
    const route = at && routeOf(at.provider, request.method, at.rest);
    const arrival = {
      ...request,
      ...{ path, route, provider: at?.provider },
      query: new URLSearchParams(query),
      form: new URLSearchParams(request.payload),
    };
    if (at?.provider.faults.behaviour.blackhole) {
      this.keep(arrival, false, { kind: 'hang' }, true);
      return { kind: 'hang' };
    }
    if (!route) return this.answer(arrival, NOT_FOUND, undefined);
    const { faults, name } = route.provider;
    const fault = faults.decide(route.name, name);
    if (!fault?.ending) return this.answer(arrival, await this.carryOut(route, arrival), fault);
    if (fault.after) await this.carryOut(route, arrival);
    return this.fail(arrival, fault);
  }

  private async carryOut(route: Route, { form, query, method, authorization }: Arrival): Promise<Reply> {
    const params = method === 'GET' || form.size === 0 ? query : form;
    const { provider } = route;
    try {
      return await route.handle({ provider, params, authorization, teamKeys: this.teamKeys });
    } catch (error) {
      if (error instanceof Refused) return refusalReply(provider.dialect, error);
      throw error;
    }
  }

  private answer(arrival: Arrival, reply: Reply, fault: SignInFault | undefined): Verdict {
    const { status, headers, error } = reply;
    const body = twistedBody(reply.body, fault?.body);
    const latencyMs = fault?.latencyMs ?? arrival.provider?.faults.behaviour.latencyMs ?? 0;
    const slow = fault?.body === 'slow' && { overMs: fault.overMs };
    this.keep(arrival, error === undefined, { kind: 'answer', status, error }, fault?.body !== undefined);
    return { kind: 'answer', answer: { status, headers, body }, latencyMs, ...slow };
  }

  private fail(arrival: Arrival, { ending, latencyMs = 0, after }: SignInFault): Verdict {
    if (ending?.kind !== 'answer') {
      const kind = ending?.kind ?? 'hang';
      this.keep(arrival, after, { kind }, true);
      return kind === 'hang' ? { kind } : { kind, latencyMs };
    }
    const { status, retryAfter } = ending;
    this.keep(arrival, after, { kind: 'answer', status }, true);
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return { kind: 'answer', answer: json(status, { error: 'server_error' }, headers), latencyMs };
  }

  private keep(arrival: Arrival, done: boolean, ending: CallEnding, byBehaviour: boolean): void {
    const { method, path, query, form, route, authorization } = arrival;
    const { clientId } = credentialsOf({ params: form.size > 0 ? form : query, authorization });
    this.log.add((seq) => ({
      ...{ seq, method, path, done, ending },
      provider: arrival.provider?.name,
      route: route?.name,
      query: Object.fromEntries(query),
      clientId: clientId === '' ? undefined : clientId,
      grantType: form.get('grant_type') ?? undefined,
      decidedBy: byBehaviour ? 'behaviour' : 'provider',
      receivedAt: Date.now(),
      payload: withoutSecret(form),
    }));
  }
}

/** JSON, so that the control API shows it field by field. */
function withoutSecret(form: URLSearchParams): string {
  if (form.size === 0) return '';
  return JSON.stringify(Object.fromEntries([...form].filter(([name]) => name !== 'client_secret')));
}
