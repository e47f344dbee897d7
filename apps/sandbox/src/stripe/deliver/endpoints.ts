import { randomBytes } from 'node:crypto';
import { newId } from '../wire/ids.js';
import type { Endpoint } from './endpoint.js';

export type NewEndpoint = Pick<Endpoint, 'accountId' | 'created' | 'source' | 'url'> &
  Partial<Omit<Endpoint, 'secrets' | 'status'>> & { readonly secret?: string | undefined };

/** Every place that events go to. */
export class Endpoints {
  private readonly byId = new Map<string, Endpoint>();

  add({ secret, ...given }: NewEndpoint): Endpoint {
    const endpoint: Endpoint = {
      id: newId('we'),
      shape: 'snapshot',
      from: 'account',
      enabledEvents: ['*'],
      apiVersion: undefined,
      status: 'enabled',
      description: null,
      metadata: {},
      ...given,
      secrets: [{ value: secret ?? newSecret(), until: undefined }],
    };
    this.byId.set(endpoint.id, endpoint);
    return endpoint;
  }

  find(id: string): Endpoint | undefined {
    return this.byId.get(id);
  }

  /** Newest first. */
  of(accountId: string): Endpoint[] {
    return this.all().filter((endpoint) => endpoint.accountId === accountId);
  }

  /** Newest first. */
  all(): Endpoint[] {
    return [...this.byId.values()].reverse();
  }

  remove(id: string): boolean {
    const endpoint = this.byId.get(id);
    // Nothing of it that is still on its way may leave.
    if (endpoint) endpoint.status = 'disabled';
    return this.byId.delete(id);
  }

  /** `stripe listen` notices by itself: its socket is closed. */
  forget(which: (endpoint: Endpoint) => boolean): void {
    for (const endpoint of this.all()) if (which(endpoint)) this.remove(endpoint.id);
  }

  /** The new secret; the ones before sign beside it until `until`, in milliseconds since 1970. */
  roll(endpoint: Endpoint, until: number, secret = newSecret()): string {
    const before = endpoint.secrets.map((old) => ({ ...old, until: Math.min(old.until ?? until, until) }));
    endpoint.secrets = [{ value: secret, until: undefined }, ...before.filter((old) => old.until > Date.now())];
    return secret;
  }
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('hex')}`;
}
