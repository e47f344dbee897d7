import type { Uuid } from '@signalbox/contracts';

/** Whose answers they are. */
export interface GuardedCredential {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: string;
}

/**
 * What this process sent with each credential and has told no guard yet. Kept in memory, so that sending writes
 * nothing extra; what is lost with the process would only have allowed a few more deletions.
 */
export class SentCounts {
  private readonly counts = new Map<Uuid, { readonly credential: GuardedCredential; sent: number }>();

  add(credential: GuardedCredential, sent: number): void {
    const known = this.counts.get(credential.credentialId);
    if (known === undefined) this.counts.set(credential.credentialId, { credential, sent });
    else known.sent += sent;
  }

  /** Hands the count over for good. It is not given back when the writing fails: rather lost than counted twice. */
  take(credentialId: Uuid): number {
    const sent = this.counts.get(credentialId)?.sent ?? 0;
    this.counts.delete(credentialId);
    return sent;
  }

  /** The same for all credentials. */
  takeAll(): (GuardedCredential & { readonly sent: number })[] {
    const taken = [...this.counts.values()].map(({ credential, sent }) => ({ ...credential, sent }));
    this.counts.clear();
    return taken;
  }
}
