import type { ChurnRules } from '../transport/churn.js';
import type { Decision, Outcome } from './decision.js';
import { prefixOf, type TokenPrefixes } from './token-prefix.js';

/** Tokens that can be scripted at once, and flaky tokens counted at once. */
const TOKENS_BOUND = 100_000;

/** What holds for every request until it is replaced. A provider adds its own fields. */
export interface Behaviour<Ending> extends Outcome<Ending>, ChurnRules {
  /** The share of requests that get `ending`, 0 to 1, evenly spread. */
  readonly share: number;
  /** Nothing is read and nothing answered, on any connection. */
  readonly blackhole: boolean;
  /** The client is told to leave after this many requests on a connection. */
  readonly goawayAfter?: number | undefined;
  readonly maxConcurrentStreams: number;
}

/** `remaining` counts down with every use; absent, the outcome stays until it is removed. */
export interface TokenScript<Ending> {
  readonly outcome: Outcome<Ending>;
  readonly remaining?: number | undefined;
  readonly used: number;
}

/** What a provider brings along. */
export interface Vocabulary<Ending, Ordinary extends Behaviour<Ending>> {
  readonly ordinary: Ordinary;
  readonly accepted: Ending;
  readonly prefixes: TokenPrefixes<Ending>;
  /** The one spelling of a token that may be written in several. */
  readonly spelling: (token: string) => string;
}

/** The scripted part of the sandbox: what happens to a request that broke no rule. */
export class Script<Ending, Current extends Behaviour<Ending>> {
  private readonly tokens = new Map<string, TokenScript<Ending>>();
  private readonly seen = new Map<string, number>();
  private shareDue = 0;
  behaviour: Current;

  constructor(private readonly vocabulary: Vocabulary<Ending, Current>) {
    this.behaviour = vocabulary.ordinary;
  }

  /** Most specific first: the token's own script, its prefix, the behaviour for all. */
  decide(deviceToken: string): Decision<Ending> {
    const token = this.vocabulary.spelling(deviceToken);
    const scripted = this.useScript(token);
    if (scripted) return this.decision(scripted, 'token');
    const prefixed = this.prefixOutcome(token);
    if (prefixed) return this.decision(prefixed, 'prefix');
    if (this.behaviour.ending && this.isDue()) return this.decision({ ending: this.behaviour.ending }, 'behaviour');
    return this.decision({}, 'default');
  }

  find(token: string): TokenScript<Ending> | undefined {
    return this.tokens.get(this.vocabulary.spelling(token));
  }

  /** Answers false when too many tokens are scripted already. */
  set(token: string, outcome: Outcome<Ending>, times: number | undefined): boolean {
    const key = this.vocabulary.spelling(token);
    if (this.tokens.size >= TOKENS_BOUND && !this.tokens.has(key)) return false;
    this.tokens.set(key, { outcome, remaining: times, used: 0 });
    return true;
  }

  remove(token: string): boolean {
    return this.tokens.delete(this.vocabulary.spelling(token));
  }

  /** Forgets every token's script and how often flaky tokens were seen. */
  removeAll(): void {
    this.tokens.clear();
    this.seen.clear();
  }

  private decision(outcome: Outcome<Ending>, decidedBy: Decision<Ending>['decidedBy']): Decision<Ending> {
    return {
      ending: outcome.ending ?? this.vocabulary.accepted,
      latencyMs: outcome.latencyMs ?? this.behaviour.latencyMs ?? 0,
      decidedBy,
    };
  }

  private useScript(token: string): Outcome<Ending> | undefined {
    const script = this.tokens.get(token);
    if (!script || script.remaining === 0) return undefined;
    const remaining = script.remaining === undefined ? undefined : script.remaining - 1;
    this.tokens.set(token, { ...script, remaining, used: script.used + 1 });
    return script.outcome;
  }

  private prefixOutcome(token: string): Outcome<Ending> | undefined {
    const prefix = prefixOf(this.vocabulary.prefixes, token);
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
