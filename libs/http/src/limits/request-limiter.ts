import { hash } from 'node:crypto';
import { type AppLimits, formatId, type Uuid } from '@signalbox/contracts';
import type { BucketLimits } from '@signalbox/resilience';
import type { AppPrincipal, UserPrincipal } from '../principal.js';
import { Account, type SharedBuckets } from './account.js';
import type { RouteClass } from './route-class.js';
import { type RequestLimits, USUAL_LIMITS } from './usual-limits.js';

/** What operators set for apps. */
export interface LimitBook {
  /** undefined: nothing, as for nearly every app. */
  of(appId: Uuid): AppLimits | undefined;
  /** Another one whenever something has changed. */
  readonly generation: number;
}

/** Of each class, at some 300 bytes each. */
const MOST_ACCOUNTS = 20_000;
/** With so many, and none of them full again, the oldest of them make room. */
const TOO_MANY = 0.9 * MOST_ACCOUNTS;

export interface RequestLimiterOptions {
  /** In the place of the usual ones. */
  readonly limits?: Partial<RequestLimits> | undefined;
  readonly book?: LimitBook | undefined;
  /** Absent: each process counts for itself. */
  readonly shared?: SharedBuckets | undefined;
  readonly now?: () => number;
}

/** Knows how much each caller has asked for lately: a look into a map and some arithmetic for each request. */
export class RequestLimiter {
  private readonly accounts: Readonly<Record<RouteClass | 'user', Map<string, Account>>> = {
    read: new Map(),
    write: new Map(),
    send: new Map(),
    user: new Map(),
  };
  private readonly usual: RequestLimits;
  private readonly now: () => number;

  constructor(private readonly options: RequestLimiterOptions) {
    this.usual = { ...USUAL_LIMITS, ...options.limits };
    this.now = options.now ?? (() => performance.now());
  }

  /** The account of a caller; the next step is to take from it. */
  accountOf(caller: AppPrincipal | UserPrincipal, routeClass: RouteClass): Account {
    const kind = caller.kind === 'user' ? 'user' : routeClass;
    const id = caller.kind === 'user' ? `${caller.appId}/${caller.userId}` : caller.keyId;
    const accounts = this.accounts[kind];
    const generation = this.options.book?.generation ?? 0;
    const known = accounts.get(id);
    if (known === undefined) return this.open(accounts, id, kind, caller, generation);
    if (known.generation !== generation) {
      known.change(this.limitsOf(caller, kind));
      known.generation = generation;
    }
    return known;
  }

  private open(
    accounts: Map<string, Account>,
    id: string,
    kind: RouteClass | 'user',
    caller: AppPrincipal | UserPrincipal,
    generation: number,
  ): Account {
    if (accounts.size >= MOST_ACCOUNTS) makeRoom(accounts);
    const limits = this.limitsOf(caller, kind);
    // Who a user is stays here: another issuer may call them by their address.
    const name = kind === 'user' ? hash('sha256', id, 'base64url') : id;
    const account = new Account(`${kind}:${name}`, kind, limits, generation, this.options.shared, this.now);
    accounts.set(id, account);
    return account;
  }

  private limitsOf(caller: AppPrincipal | UserPrincipal, kind: RouteClass | 'user'): BucketLimits {
    const usual = this.usual[kind];
    if (kind === 'user' || caller.kind === 'user') return usual;
    const set = this.options.book?.of(caller.appId);
    if (set === undefined) return usual;
    return set.keys[formatId('key', caller.keyId)]?.[kind] ?? set.requests[kind] ?? usual;
  }
}

/** Who is forgotten begins with a full bucket: nobody loses by it but those who were full anyway, or callers in their ten thousands. */
function makeRoom(accounts: Map<string, Account>): void {
  for (const [id, account] of accounts) if (account.isFull()) accounts.delete(id);
  for (const id of accounts.keys()) {
    if (accounts.size <= TOO_MANY) return;
    accounts.delete(id);
  }
}
