import { setTimeout as sleep } from 'node:timers/promises';
import type { Uuid } from '@signalbox/contracts';
import { SealBroken } from '@signalbox/credentials';
import { Flight, Semaphore } from '@signalbox/resilience';
import { STRIPE_API_VERSION } from './api-version.js';
import { AppBreaker } from '../limits/app-breaker.js';
import type { CallLog } from './call-log.js';
import { judgeFailure, type Failure } from './judge-failure.js';
import { Pauses, type PauseReason } from '../limits/pauses.js';
import { RateBudgets } from '../limits/rate-budgets.js';
import type { AppClient, StripeClients } from './stripe-clients.js';

/** A GET of Stripe's API. */
export interface StripeCall {
  readonly appId: Uuid;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  /** The mode of what is asked for; absent: that of the app's key. */
  readonly livemode?: boolean;
  /** With its query. Paths of `/v2` are asked in the context of the account, others with its header. */
  readonly path: string;
  /** What Stripe's limits count together: the path without ids. */
  readonly endpoint: string;
}

/**
 * - `missing`: Stripe says that there is no such thing;
 * - `later`: ask again after `ms` milliseconds. `forbidden`: the key is good, and may not read this: only a person can help.
 */
export type CallAnswer =
  | { readonly kind: 'answered'; readonly body: unknown; readonly apiVersion: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'later'; readonly ms: number; readonly reason: string; readonly forbidden?: true };

/** Calls of one app under way at once. Fewer than a worker has jobs, so that one app never holds them all. */
const CALLS_OF_AN_APP = 8;
/** What a call waits for its turn in this process; for longer it is the work that waits. Milliseconds. */
const LONGEST_WAIT_MS = 400;
/** The SDK's own timeout counts silence; an answer that drips is given up after this. Milliseconds. */
const DEADLINE_MS = 15_000;
const NO_KEY_MS = 60_000;
const REFUSED_MS = 5 * 60_000;

interface Guards {
  readonly breaker: AppBreaker;
  readonly slots: Semaphore;
}

/**
 * The one way to Stripe's API: every call keeps to its limits, and an app whose calls hang, are refused or are limited costs the
 * others nothing. No call is repeated here: whoever asked has work that can wait without holding anything.
 */
export class StripeCalls {
  private readonly guards = new Map<Uuid, Guards>();
  private readonly pauses = new Pauses();
  private readonly budgets = new RateBudgets();

  constructor(
    private readonly clients: StripeClients,
    private readonly log: CallLog,
    /** What they are made for: those of one kind that fail leave the others alone. */
    private readonly calls: 'read' | 'events',
  ) {}

  /** `onLeaving` is called just before the request leaves. Never rejects for anything that Stripe does. */
  async get(call: StripeCall, onLeaving?: () => void): Promise<CallAnswer> {
    const asked = performance.now();
    const answer = await this.attend(call, onLeaving);
    const isLater = answer.kind === 'later';
    this.log.count(call.endpoint, isLater ? answer.reason : answer.kind, performance.now() - asked, isLater);
    return answer;
  }

  /** Milliseconds after which it is worth asking for an app; undefined: now. */
  turnsAway(appId: Uuid): number | undefined {
    return this.guards.get(appId)?.breaker.turnsAway();
  }

  close(): void {
    this.clients.close();
  }

  private async attend(call: StripeCall, onLeaving: (() => void) | undefined): Promise<CallAnswer> {
    const client = await this.clientOf(call);
    if (client === undefined) return later(NO_KEY_MS, 'no_key');
    // Stripe would say that there is no such object, and that would be believed.
    if (call.livemode !== undefined && call.livemode !== client.livemode) return later(NO_KEY_MS, 'key_of_other_mode');
    const names = namesOf(call, client);
    const pause = this.pauses.left(Object.values(names));
    if (pause !== undefined) return later(pause.ms, pause);
    const { breaker, slots } = this.guardsOf(call.appId);
    const turnedAway = breaker.turnsAway();
    if (turnedAway !== undefined) return later(turnedAway, 'breaker_open');
    if (!slots.tryAcquire()) return later(200 + Math.random() * 800, 'all_slots_taken');
    try {
      const rates = client.livemode ? [names.endpoint] : [names.endpoint, names.account];
      const wait = this.budgets.take(rates, LONGEST_WAIT_MS);
      if (wait > LONGEST_WAIT_MS) return later(wait, 'rate_budget');
      if (wait > 0) {
        await sleep(wait);
        const turnedAwayNow = breaker.turnsAway();
        if (turnedAwayNow !== undefined) return later(turnedAwayNow, 'breaker_open');
      }
      onLeaving?.();
      const result = await breaker.run(
        () => send(client, call),
        ({ kind }) => kind === 'trouble',
      );
      if (result === undefined) return later(breaker.turnsAway() ?? 0, 'breaker_open');
      return this.answerOf(result, call, names, breaker);
    } finally {
      slots.release();
    }
  }

  /** Keys that cannot be opened are as good as none, until somebody brings the right master key. */
  private async clientOf({ appId, account, endpoint }: StripeCall): Promise<AppClient | undefined> {
    try {
      return await this.clients.of(appId);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.log.refused({ appId, account, endpoint, reason: 'the keys cannot be opened with this MASTER_KEY' });
      return undefined;
    }
  }

  private answerOf(result: Sent, call: StripeCall, names: ReturnType<typeof namesOf>, breaker: AppBreaker): CallAnswer {
    const { appId, account, endpoint } = call;
    switch (result.kind) {
      case 'answered':
      case 'missing':
        this.pauses.lift(Object.values(names));
        return result;
      case 'limited': {
        if (result.scope === 'object') return later(result.afterMs ?? 500 + Math.random() * 1_500, 'limited_object');
        const reason = `limited_${result.scope}`;
        return later(this.pauses.place(names[result.scope], { reason }, result.afterMs), { reason });
      }
      case 'trouble':
        return later(breaker.retryMs(), result.reason);
      case 'unexpected':
        this.log.refused({ appId, account, endpoint, reason: result.reason });
        return later(REFUSED_MS, result.reason);
      case 'refused':
        this.log.refused({ appId, account, endpoint, reason: result.reason });
        // A key that may not read one kind of object may read another, and one account's refusal is not another's.
        return later(this.pauses.place(names.refusal, refusalOf(result), REFUSED_MS), refusalOf(result));
    }
  }

  private guardsOf(appId: Uuid): Guards {
    const known = this.guards.get(appId);
    if (known !== undefined) return known;
    const { breakers } = this.log;
    const breaker = new AppBreaker({
      opened: (forMs) => breakers.opened(appId, this.calls, forMs),
      closed: () => breakers.closed(appId, this.calls),
    });
    const made = { breaker, slots: new Semaphore(CALLS_OF_AN_APP) };
    this.guards.set(appId, made);
    return made;
  }
}

/** What pauses and budgets are kept under. A new key is not paused for the refusals of the old one. */
function namesOf({ appId, account, endpoint }: StripeCall, { key }: AppClient) {
  const ofAccount = `${appId} ${account}`;
  return { account: ofAccount, endpoint: `${ofAccount} ${endpoint}`, refusal: `${key} ${account} ${endpoint}` };
}

const refusalOf = ({ status, reason }: { readonly status: number; readonly reason: string }): PauseReason =>
  status === 403 ? { reason, forbidden: true } : { reason };

function later(ms: number, why: PauseReason | string): CallAnswer {
  const { reason, forbidden } = typeof why === 'string' ? { reason: why } : why;
  return { kind: 'later', ms: Math.round(ms), reason, ...(forbidden === true && { forbidden }) };
}

type Sent = Exclude<CallAnswer, { readonly kind: 'later' }> | Failure;

async function send({ sdk }: AppClient, { account, path }: StripeCall): Promise<Sent> {
  const flight = new Flight<Sent>({
    deadlineMs: DEADLINE_MS,
    giveUp: () => ({ kind: 'trouble', reason: 'deadline' }),
  });
  const options = path.startsWith('/v2/') ? { stripeContext: account } : { stripeAccount: account };
  sdk.rawRequest('GET', path, undefined, account === '' ? {} : options).then(
    (body: { readonly lastResponse?: { readonly apiVersion?: string } }) => {
      flight.land({ kind: 'answered', body, apiVersion: body.lastResponse?.apiVersion ?? STRIPE_API_VERSION });
    },
    (error: unknown) => flight.land(judgeFailure(error)),
  );
  return flight.landed;
}
