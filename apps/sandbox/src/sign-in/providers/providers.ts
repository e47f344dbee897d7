import type { SigningKeys } from '../tokens/signing-keys.js';
import { appleBeginning, GOOGLE_BEGINNING, openidBeginning } from './beginnings.js';
import { type Beginning, Provider } from './provider.js';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** What the control API calls something else. */
const TAKEN = ['deliveries', 'delivery-behaviour', 'receivers', 'requests', 'reset'];

/** Google, Apple, and every other provider that anybody asks for. */
export class Providers {
  /** Where clients reach all of them; known once it listens. */
  origin = '';
  private readonly byName = new Map<string, Provider>();

  constructor(
    private readonly keys: SigningKeys,
    appleTeamId: string,
  ) {
    this.open(GOOGLE_BEGINNING);
    this.open(appleBeginning(appleTeamId));
  }

  /** Those that were asked for so far. */
  all(): Provider[] {
    return [...this.byName.values()];
  }

  /** Made when it is not there yet; absent when it cannot have this name. */
  find(name: string): Provider | undefined {
    const known = this.byName.get(name);
    if (known || !NAME.test(name) || TAKEN.includes(name)) return known;
    return this.open(openidBeginning(name));
  }

  /** Whose path it is, and what is left of the path. */
  at(path: string): { provider: Provider; rest: string } | undefined {
    const match = /^\/(google|apple|oidc\/([^/]+))(\/.*)$/.exec(path);
    if (!match) return undefined;
    const [, first = '', openid, rest = ''] = match;
    // Google and Apple have paths of their own.
    if (openid === 'google' || openid === 'apple') return undefined;
    const provider = this.find(openid ?? first);
    return provider && { provider, rest };
  }

  private open(beginning: Beginning): Provider {
    const provider = new Provider(beginning, () => this.origin, this.keys);
    this.byName.set(provider.name, provider);
    return provider;
  }
}
