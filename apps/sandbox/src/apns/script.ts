import { ACCEPTED, type Decision, type Outcome } from './ending.js';
import { prefixOf } from './token-prefixes.js';

/** Tokens that can be scripted at once, and flaky tokens counted at once. */
const TOKENS_BOUND = 100_000;

/** What holds for every request until it is replaced. */
export interface Behaviour extends Outcome {
  /** The share of requests that get `ending`, 0 to 1, evenly spread. */
  readonly share: number;
  /** Nothing is read and nothing answered, on any connection. */
  readonly blackhole: boolean;
  /** GOAWAY after this many requests on a connection. */
  readonly goawayAfter?: number | undefined;
  readonly maxConcurrentStreams: number;
  /** Apple's rule: one stream per connection until a request with a valid provider token came. */
  readonly oneStreamUntilFirstToken: boolean;
  /** How often a key's provider token may change; 0: at any pace. Apple's figure is 20 minutes. */
  readonly tokenUpdateIntervalSeconds: number;
  /** Topics that are served; empty: all. */
  readonly topics: ReadonlySet<string>;
}

/** 1000 streams is what Apple's servers were observed to announce. */
export const ORDINARY: Behaviour = {
  share: 1,
  blackhole: false,
  maxConcurrentStreams: 1000,
  oneStreamUntilFirstToken: false,
  tokenUpdateIntervalSeconds: 0,
  topics: new Set(),
};

/** `remaining` counts down with every use; absent, the outcome stays until it is removed. */
export interface TokenScript {
  readonly outcome: Outcome;
  readonly remaining?: number | undefined;
  readonly used: number;
}

/** The scripted part of the sandbox: what happens to a request that broke no rule. */
export class Script {
  private readonly tokens = new Map<string, TokenScript>();
  private readonly seen = new Map<string, number>();
  private shareDue = 0;
  behaviour: Behaviour = ORDINARY;

  /** Most specific first: the token's own script, its prefix, the behaviour for all. */
  decide(deviceToken: string): Decision {
    const token = deviceToken.toLowerCase();
    const scripted = this.useScript(token);
    if (scripted) return this.decision(scripted, 'token');
    const prefixed = this.prefixOutcome(token);
    if (prefixed) return this.decision(prefixed, 'prefix');
    if (this.behaviour.ending && this.isDue()) return this.decision({ ending: this.behaviour.ending }, 'behaviour');
    return this.decision({}, 'default');
  }

  find(token: string): TokenScript | undefined {
    return this.tokens.get(token.toLowerCase());
  }

  /** Answers false when too many tokens are scripted already. */
  set(token: string, outcome: Outcome, times: number | undefined): boolean {
    const key = token.toLowerCase();
    if (this.tokens.size >= TOKENS_BOUND && !this.tokens.has(key)) return false;
    this.tokens.set(key, { outcome, remaining: times, used: 0 });
    return true;
  }

  remove(token: string): boolean {
    return this.tokens.delete(token.toLowerCase());
  }

  /** Forgets every token's script and how often flaky tokens were seen. */
  removeAll(): void {
    this.tokens.clear();
    this.seen.clear();
  }

  private decision(outcome: Outcome, decidedBy: Decision['decidedBy']): Decision {
    return {
      ending: outcome.ending ?? ACCEPTED,
      latencyMs: outcome.latencyMs ?? this.behaviour.latencyMs ?? 0,
      decidedBy,
    };
  }

  private useScript(token: string): Outcome | undefined {
    const script = this.tokens.get(token);
    if (!script || script.remaining === 0) return undefined;
    const remaining = script.remaining === undefined ? undefined : script.remaining - 1;
    this.tokens.set(token, { ...script, remaining, used: script.used + 1 });
    return script.outcome;
  }

  private prefixOutcome(token: string): Outcome | undefined {
    const prefix = prefixOf(token);
    if (!prefix) return undefined;
    if (!prefix.countsRequests) return prefix.outcome(0);
    const seen = this.seen.get(token) ?? 0;
    if (this.seen.size >= TOKENS_BOUND) this.seen.clear();
    this.seen.set(token, seen + 1);
    return prefix.outcome(seen);
  }

  private isDue(): boolean {
    this.shareDue += this.behaviour.share;
    // Tolerates what adding up tenths loses, so that ten times 0.1 is one.
    if (this.shareDue < 1 - 1e-9) return false;
    this.shareDue -= 1;
    return true;
  }
}
