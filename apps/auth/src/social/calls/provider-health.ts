import { formatId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { PROVIDER_KINDS } from '../providers/provider-config.js';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import { afterFailure, type Breaker, CLOSED, enter } from './breaker.js';
import { isTheVisitors, ProviderTrouble, type Trouble, TROUBLES } from './trouble.js';

/** Milliseconds in which one trouble of one provider is told of once: everybody who signs in meets it. */
const TOLD_FOR_MS = 60_000;
/** Providers that are remembered. */
const CAPACITY = 10_000;

export interface HealthParts {
  readonly database: Database;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now?: () => number;
}

/**
 * How each provider of each app has been doing, as far as this process knows: one that fails again and again is left alone for a while,
 * and its users go straight to what works.
 */
export class ProviderHealth {
  private readonly breakers = new Map<string, Breaker>();
  private readonly told = new Map<string, number>();
  private readonly troubles;
  private readonly now: () => number;

  constructor(private readonly parts: HealthParts) {
    this.now = parts.now ?? (() => performance.now());
    this.troubles = parts.metrics.counter(
      'sign_in_provider_troubles_total',
      'What went wrong with providers that users sign in with',
      ['kind', 'trouble'],
    );
    // What has not happened yet is at zero: otherwise the first time would be no growth.
    for (const kind of PROVIDER_KINDS) for (const trouble of TROUBLES) this.troubles.inc({ kind, trouble }, 0);
  }

  /** @throws ProviderTrouble `resting` while it is left alone. */
  enter(provider: SignInProvider): void {
    const name = nameOf(provider);
    const { mayTry, breaker } = enter(this.breakers.get(name) ?? CLOSED, this.now());
    if (!mayTry) throw new ProviderTrouble('resting');
    this.keep(name, breaker);
  }

  wentWell(provider: SignInProvider): void {
    this.breakers.delete(nameOf(provider));
  }

  /** Counts it, and tells the app of it now and then. Never throws: whoever calls has trouble enough. */
  async failed(provider: SignInProvider, { trouble }: ProviderTrouble): Promise<void> {
    if (trouble === 'resting') return;
    this.troubles.inc({ kind: provider.config.kind, trouble });
    if (isTheVisitors(trouble)) return;
    const name = nameOf(provider);
    const before = this.breakers.get(name) ?? CLOSED;
    const after = afterFailure(before, this.now());
    this.keep(name, after);
    const opened = before.openUntil === undefined && after.openUntil !== undefined;
    if (opened || this.isNews(`${name}/${trouble}`)) await this.tell(provider, trouble, opened);
  }

  /** What the canary found: nothing that keeps anybody from signing in. */
  async noticed(provider: SignInProvider, trouble: Trouble): Promise<void> {
    this.troubles.inc({ kind: provider.config.kind, trouble });
    await this.tell(provider, trouble, false);
  }

  private async tell(provider: SignInProvider, trouble: Trouble, opened: boolean): Promise<void> {
    const { appId, name, config } = provider;
    const subject = formatId('app', appId);
    const data = { provider: name, kind: config.kind, trouble, opened };
    this.parts.logger.warn({ app: subject, ...data }, 'a sign-in provider is in trouble');
    try {
      await append(this.parts.database, [{ appId, type: 'auth.provider_trouble', subject, data }]);
    } catch (error) {
      this.parts.logger.warn({ err: error }, "a provider's trouble was not written down");
    }
  }

  private isNews(name: string): boolean {
    const now = this.now();
    if ((this.told.get(name) ?? -Infinity) > now - TOLD_FOR_MS) return false;
    if (this.told.size >= CAPACITY) this.told.clear();
    this.told.set(name, now);
    return true;
  }

  private keep(name: string, breaker: Breaker): void {
    if (this.breakers.size >= CAPACITY) this.breakers.clear();
    this.breakers.set(name, breaker);
  }
}

function nameOf({ appId, name, version }: SignInProvider): string {
  return `${appId}/${name}/${version}`;
}
