import { namesOf, type Revocable, type Revocation } from './revocation.js';

/** What is refused, in memory. Exact: a filter that errs would log honest people out. 100,000 entries are some 20 MB. */
export class RevocationList {
  private readonly entries = new Map<string, { readonly before: number; readonly expiresAt: number }>();

  get size(): number {
    return this.entries.size;
  }

  /** Adding one again changes nothing. @returns whether it says more than what was known. */
  add({ kind, value, before = Infinity, expiresAt }: Revocation): boolean {
    const name = `${kind} ${value}`;
    const known = this.entries.get(name);
    if (known !== undefined && known.before >= before && known.expiresAt >= expiresAt) return false;
    this.entries.set(name, {
      before: Math.max(before, known?.before ?? -Infinity),
      expiresAt: Math.max(expiresAt, known?.expiresAt ?? 0),
    });
    return true;
  }

  has(token: Revocable): boolean {
    if (this.entries.size === 0) return false;
    return namesOf(token).some(([kind, value]) => {
      const entry = this.entries.get(`${kind} ${value}`);
      return entry !== undefined && token.issuedAt < entry.before;
    });
  }

  /** Drops what no token can be alive for. */
  prune(now: number): void {
    for (const [name, { expiresAt }] of this.entries) if (expiresAt <= now) this.entries.delete(name);
  }
}
