import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import type { CallContext, ProviderCalls } from './provider-calls.js';
import { ProviderTrouble } from './trouble.js';

/** Milliseconds after which keys are fetched anew; until then a key that is gone over there still counts here. */
const FRESH_MS = 10 * 60_000;
/** Milliseconds between two looks for a key that is not there: strangers choose the key ids of their tokens. */
const COOLDOWN_MS = 5_000;
/** Providers whose keys are kept. */
const CAPACITY = 1_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

interface Entry {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly fetchedAt: number;
}

/** The keys that providers sign with. Known ones outlast a provider that does not answer. */
export class ProviderKeys {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly calls: ProviderCalls,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Whether the provider answers by now: fetches its keys, unless it did so in the last milliseconds.
   *
   * @throws ProviderTrouble
   */
  async reach(provider: SignInProvider, context: CallContext, withinMs: number): Promise<void> {
    const known = this.entries.get(nameOf(provider));
    if (known === undefined || this.now() - known.fetchedAt >= withinMs) await this.fetch(provider, context);
  }

  /** For jose. @throws ProviderTrouble where there are no keys, and they cannot be had. */
  finder(provider: SignInProvider, context: CallContext): JWTVerifyGetKey {
    return async (header, token) => {
      const known = this.entries.get(nameOf(provider));
      const entry = known !== undefined && this.isFresh(known) ? known : await this.fetchOr(known, provider, context);
      try {
        return await entry.find(header, token);
      } catch (error) {
        const isNew = error instanceof errors.JWKSNoMatchingKey && this.now() - entry.fetchedAt >= COOLDOWN_MS;
        if (!isNew) throw error;
        return (await this.fetch(provider, context)).find(header, token);
      }
    };
  }

  private isFresh(entry: Entry): boolean {
    return this.now() - entry.fetchedAt < FRESH_MS;
  }

  private async fetchOr(known: Entry | undefined, provider: SignInProvider, context: CallContext): Promise<Entry> {
    if (known === undefined) return this.fetch(provider, context);
    return this.fetch(provider, context).catch(() => known);
  }

  private async fetch(provider: SignInProvider, context: CallContext): Promise<Entry> {
    const read = keySet.safeParse(await this.calls.json(provider.metadata.jwksUri, context));
    if (!read.success) throw new ProviderTrouble('bad_answer', read.error);
    const entry = { find: createLocalJWKSet(read.data), fetchedAt: this.now() };
    if (this.entries.size >= CAPACITY) this.entries.clear();
    this.entries.set(nameOf(provider), entry);
    return entry;
  }
}

/** A change of the configuration begins anew. */
function nameOf({ appId, name, version }: SignInProvider): string {
  return `${appId}/${name}/${version}`;
}
