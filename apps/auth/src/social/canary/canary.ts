import type { Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import type { ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderHealth } from '../calls/provider-health.js';
import type { ProviderKeys } from '../calls/provider-keys.js';
import { ProviderTrouble, type Trouble } from '../calls/trouble.js';
import { FORGET_LINKS } from '../linking/pending-links.queries.js';
import { FORGET_NONCES } from '../native/nonces.queries.js';
import { FORGET_NOTICES } from '../notices/notices.queries.js';
import { discover } from '../providers/discover.js';
import type { PinnedMetadata } from '../providers/pinned-metadata.js';
import type { ProviderStore } from '../providers/provider-store.js';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import { FORGET_STATES } from '../web/states.queries.js';

/** Between two looks at one provider. */
const DAILY_MS = 24 * 3_600_000;
/** Milliseconds between two rounds. */
const EVERY = 10 * 60_000;

export interface CanaryParts {
  readonly database: Database;
  readonly providers: ProviderStore;
  readonly calls: ProviderCalls;
  readonly keys: ProviderKeys;
  readonly health: ProviderHealth;
  readonly logger: Logger;
}

/**
 * Looks once a day whether each provider still is what it was when it was set up. What it finds changes nothing for those who sign in:
 * the app hears of it, and somebody looks.
 */
export class Canary {
  private readonly chore: Chore;

  constructor(private readonly parts: CanaryParts) {
    this.chore = new Chore(EVERY, (signal) =>
      this.round(signal).catch((error: unknown) => parts.logger.warn({ err: error }, 'the canary did not get round')),
    );
  }

  start(): void {
    this.chore.start();
  }

  stop(): Promise<void> {
    return this.chore.stop();
  }

  /** Looks at every provider that nobody has looked at since then, and forgets what is over. */
  async round(signal?: AbortSignal, since = new Date(Date.now() - DAILY_MS)): Promise<void> {
    const { database, providers, health } = this.parts;
    for (const forget of [FORGET_STATES, FORGET_NONCES, FORGET_LINKS, FORGET_NOTICES]) await database.query(forget);
    while (signal?.aborted !== true) {
      const provider = await providers.takeUnchecked(since);
      if (provider === undefined) return;
      const trouble = await this.look(provider);
      if (trouble !== undefined) await health.noticed(provider, trouble);
    }
  }

  private async look(provider: SignInProvider): Promise<Trouble | undefined> {
    const { calls, keys } = this.parts;
    const { metadata } = provider;
    try {
      const context = calls.inBackground(provider.allowPrivate);
      const says = await discover(calls, metadata.discovery, [metadata.issuer], context);
      await keys.reach(provider, context, 0);
      return isSame(says, metadata) ? undefined : 'metadata_changed';
    } catch (error) {
      if (error instanceof ProviderTrouble) return error.trouble;
      throw error;
    }
  }
}

/** Of what it does not have to say (a stated configuration has fewer endpoints), nothing is missed. */
function isSame(says: PinnedMetadata, pinned: PinnedMetadata): boolean {
  return (
    says.authorizationEndpoint === pinned.authorizationEndpoint &&
    says.tokenEndpoint === pinned.tokenEndpoint &&
    says.jwksUri === pinned.jwksUri &&
    (pinned.revocationEndpoint === undefined || says.revocationEndpoint === pinned.revocationEndpoint)
  );
}
