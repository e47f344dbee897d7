import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  breakerRequest,
  deadLetterRunRequest,
  discardOneRequest,
  discardRequest,
  formatId,
  newUuid,
  releaseRequest,
  replayRequest,
  type BreakerView,
  type DeadLetterGroup,
  type DeadLetterRunView,
  type DeadLetterView,
  type DeletionGuardView,
  type HoldView,
  type SyntheticCheckView,
} from '@signalbox/contracts';

/** What the stand-in was asked, in order. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

/** Speaks the routes of push that the console uses, over HTTP, with letters, holds and guards kept in memory. */
export class PushStandIn {
  readonly asked: Asked[] = [];
  /** What it was told that operators did. */
  readonly told: unknown[] = [];
  letters: DeadLetterView[] = [];
  /** A run is done as soon as it is begun, unless it is slow. */
  runs: DeadLetterRunView[] = [];
  isSlow = false;
  holds: HoldView[] = [];
  guards: DeletionGuardView[] = [];
  checks: SyntheticCheckView[] = [];
  breakers: BreakerView[] = [];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(readonly token: string) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  addLetters(count: number, more: Partial<DeadLetterView> = {}): void {
    for (let made = 0; made < count; made += 1) {
      this.letters.push({
        id: formatId('delivery', newUuid()),
        appId: formatId('app', newUuid()),
        notificationId: formatId('notification', newUuid()),
        deviceId: formatId('device', newUuid()),
        provider: 'apns',
        lane: 'transactional',
        reason: 'ServiceUnavailable',
        attempt: 10,
        answer: { status: 503, body: { reason: 'ServiceUnavailable' } },
        diedAt: new Date().toISOString(),
        state: 'open',
        ...more,
      });
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://push');
    const sent = await text(request);
    const body = sent === '' ? undefined : (JSON.parse(sent) as unknown);
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (url.pathname === '/v1/operator-actions') this.told.push(body);
    else this.asked.push({ method: request.method!, path: request.url!, token, body });
    const { status, body: told, headers } = token === this.token ? this.answer(request.method!, url, body) : STRANGER;
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      ...headers,
    });
    response.end(told === undefined ? '' : JSON.stringify(told));
  }

  private answer(method: string, url: URL, body: unknown): Answer {
    const [, , things, id = '', verb = '', more = ''] = url.pathname.split('/');
    if (things === 'dead-letters' && id === 'runs') return this.ofRuns(method, verb, more, body);
    switch (`${method} ${things}`) {
      case 'GET dead-letters':
        return id === 'groups' ? { status: 200, body: { groups: this.groups() } } : this.look(id, url.searchParams);
      case 'POST dead-letters':
        return verb === '' ? this.doMany(id, body) : this.doOne(id, verb, body);
      case 'GET holds':
        return { status: 200, body: { holds: this.holds } };
      case 'DELETE holds':
        this.holds = this.holds.filter(({ credentialId }) => credentialId !== id);
        return { status: 204 };
      case 'GET synthetic-checks':
        return { status: 200, body: { checks: this.checks } };
      case 'POST synthetic-checks':
      case 'PUT synthetic-checks':
        if (!this.checks.some(({ credentialId }) => credentialId === id))
          return problem(404, 'not_found', 'There is no such credential.');
        return { status: method === 'POST' ? 202 : 204 };
      case 'GET breakers':
        return { status: 200, body: { breakers: this.breakers } };
      case 'PUT breakers':
        return this.move(id, body);
      case 'GET deletion-guards':
        return { status: 200, body: { guards: this.guards } };
      case 'POST operator-actions':
        return { status: 204 };
      case 'POST deletion-guards':
        return this.release(id, body);
      default:
        return problem(404, 'not_found', 'No route answers this method and path.');
    }
  }

  private groups(): DeadLetterGroup[] {
    const open = this.letters.filter(({ state }) => state === 'open');
    return [
      ...Map.groupBy(open, ({ appId, provider, lane, reason }) => [appId, provider, lane, reason].join(' ')).values(),
    ]
      .map((letters) => ({ ...letters[0]!, count: letters.length, exampleId: letters[0]!.id }))
      .map(({ diedAt, ...group }) => ({ ...group, oldestAt: diedAt, newestAt: diedAt }));
  }

  private look(id: string, query: URLSearchParams): Answer {
    if (id !== '') return this.found(id) ?? NO_LETTER;
    const state = query.get('state') ?? 'open';
    const after = query.get('after') ?? '';
    const named = ['appId', 'provider', 'lane', 'reason'] as const;
    const matching = this.letters.filter(
      (letter) =>
        letter.state === state &&
        letter.id > after &&
        named.every((each) => (query.get(each) ?? letter[each]) === letter[each]),
    );
    const items = matching.slice(0, 50);
    return { status: 200, body: { items, next: matching.length > 50 ? items.at(-1)!.id : null } };
  }

  private doMany(verb: string, body: unknown): Answer {
    const parsed = verb === 'replay' ? replayRequest.safeParse(body) : discardRequest.safeParse(body);
    if (!parsed.success) return invalid(parsed.error.issues);
    const { appId, provider, lane, reason } = parsed.data;
    const meant = this.letters.filter(
      (letter) =>
        letter.state === 'open' &&
        (appId ?? letter.appId) === letter.appId &&
        (provider ?? letter.provider) === letter.provider &&
        (lane ?? letter.lane) === letter.lane &&
        (reason ?? letter.reason) === letter.reason,
    );
    for (const letter of meant) letter.state = verb === 'replay' ? 'replayed' : 'discarded';
    if ('note' in parsed.data) return { status: 200, body: { discarded: meant.length, left: 0 } };
    const seconds = Math.floor(Math.max(0, meant.length - 1) / parsed.data.perSecond);
    const lastDueAt = meant.length === 0 ? null : new Date(Date.now() + seconds * 1_000).toISOString();
    return { status: 202, body: { replayed: meant.length, left: 0, lastDueAt } };
  }

  private ofRuns(method: string, id: string, verb: string, body: unknown): Answer {
    const run = this.runs.find((each) => each.id === id);
    switch (`${method} ${verb}`) {
      case 'GET ':
        if (id === '') return { status: 200, body: { items: this.runs.toReversed(), next: null } };
        return run ? { status: 200, body: run } : problem(404, 'not_found', 'there is no such run');
      case 'POST stop':
        if (run === undefined) return problem(404, 'not_found', 'there is no such run');
        if (run.state === 'running') Object.assign(run, { state: 'stopped', endedAt: new Date().toISOString() });
        return { status: 200, body: run };
      default:
        return run ? { status: 202, body: run } : this.startRun(id, body);
    }
  }

  private startRun(id: string, body: unknown): Answer {
    const parsed = deadLetterRunRequest.safeParse(body);
    if (!parsed.success) return invalid(parsed.error.issues);
    const { all: _all, appId = '', startedBy = 'operator', ...wish } = parsed.data;
    const meant = this.letters.filter(
      (letter) =>
        letter.state === 'open' &&
        appId === letter.appId &&
        (wish.provider ?? letter.provider) === letter.provider &&
        (wish.lane ?? letter.lane) === letter.lane &&
        (wish.reason ?? letter.reason) === letter.reason,
    );
    const done = this.isSlow ? meant.slice(0, 100) : meant;
    for (const letter of done) letter.state = wish.action === 'replay' ? 'replayed' : 'discarded';
    const startedAt = new Date().toISOString();
    const told = { id, appId, startedBy, letters: meant.length, done: done.length, startedAt, ...wish };
    const run: DeadLetterRunView = this.isSlow
      ? { ...told, state: 'running' }
      : { ...told, state: 'done', endedAt: startedAt };
    this.runs.push(run);
    return { status: 202, body: run };
  }

  private doOne(id: string, verb: string, body: unknown): Answer {
    const letter = this.letters.find((each) => each.id === id);
    if (letter === undefined) return NO_LETTER;
    const wanted = verb === 'replay' ? 'replayed' : 'discarded';
    if (letter.state !== 'open' && letter.state !== wanted)
      return problem(409, letter.state, `${id} was ${letter.state}`);
    if (verb === 'replay') {
      const headers = letter.state === 'open' ? {} : { 'idempotency-replayed': 'true' };
      Object.assign(letter, {
        state: wanted,
        resolvedAt: new Date().toISOString(),
        replayId: formatId('delivery', newUuid()),
      });
      return { status: 202, body: letter, headers };
    }
    const parsed = discardOneRequest.safeParse(body);
    if (!parsed.success) return invalid(parsed.error.issues);
    Object.assign(letter, { state: wanted, resolvedAt: new Date().toISOString(), note: parsed.data.note });
    return { status: 200, body: letter };
  }

  private found(id: string): Answer | undefined {
    const letter = this.letters.find((each) => each.id === id);
    return letter && { status: 200, body: letter };
  }

  private move(id: string, body: unknown): Answer {
    const { position, reason, until = null } = breakerRequest.parse(body);
    const [moved] = this.breakers.filter(({ credentialId }) => credentialId === id);
    if (moved === undefined) return problem(404, 'not_found', 'there is no such credential');
    const isLeft = position === 'automatic';
    const set = isLeft ? { reason: null, since: null } : { reason, since: new Date().toISOString() };
    Object.assign(moved, { position, ...set, until });
    return { status: 200, body: moved };
  }

  private release(id: string, body: unknown): Answer {
    const parsed = releaseRequest.safeParse(body);
    if (!parsed.success) return invalid(parsed.error.issues);
    const guard = this.guards.find(({ credentialId }) => credentialId === id);
    this.guards = this.guards.filter((each) => each !== guard);
    return { status: 200, body: { devices: guard?.held ?? 0 } };
  }
}

const STRANGER = problem(401, 'unauthenticated', 'Who are you?');
const NO_LETTER = problem(404, 'not_found', 'there is no such dead letter');

function problem(status: number, code: string, detail: string, errors?: object[]): Answer {
  return { status, body: { type: 'about:blank', title: 'no', status, code, detail, ...(errors && { errors }) } };
}

function invalid(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): Answer {
  const errors = issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, reason: message }));
  return problem(422, 'invalid_request', 'The request has a problem; see errors.', errors);
}
