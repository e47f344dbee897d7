import { createHash } from 'node:crypto';
import type { Kind, Kinds } from '../objects/kinds.js';
import { Account, type Surroundings } from './account.js';

/** The version that stripe-node 23.1 speaks. */
export const API_VERSION = '2026-10-28.endive';

/** Every secret test key opens an account of its own, so that tests can run side by side. */
export class Accounts {
  private readonly known = new Map<string, Account>();

  constructor(private readonly surroundings: Surroundings) {}

  /** `secret` is what follows `sk_test_`, and the same account answers to `rk_test_` and `pk_test_` with it. */
  ofKey(secret: string): Account {
    const digest = createHash('sha256').update(secret).digest('hex').slice(0, 16);
    return this.known.get(secret) ?? this.open(secret, `acct_${digest}`, undefined);
  }

  connected(platform: Account, id: string): Account {
    if (id === platform.id) return platform;
    const name = `${platform.id}/${id}`;
    return this.known.get(name) ?? this.open(name, id, platform);
  }

  /** The account that has this object, and the object: ids are unique among all accounts. */
  holding<Name extends Kind>(kind: Name, id: string): { account: Account; object: Kinds[Name] } | undefined {
    for (const account of this.known.values()) {
      const object = account.objects.find(kind, id);
      if (object) return { account, object };
    }
    return undefined;
  }

  all(): Account[] {
    return [...this.known.values()];
  }

  forget(account: Account): void {
    for (const [name, known] of this.known)
      if (known === account || known.platform === account) this.known.delete(name);
  }

  forgetAll(): void {
    this.known.clear();
  }

  private open(name: string, id: string, platform: Account | undefined): Account {
    const account = new Account(id, platform, this.surroundings, API_VERSION);
    this.known.set(name, account);
    return account;
  }
}
