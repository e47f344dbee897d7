import type { Grant } from './grant.js';

interface IssuedCode {
  readonly grant: Grant;
  /** Milliseconds since 1970. */
  readonly until: number;
  used: boolean;
}

interface IssuedAccess {
  readonly grant: Grant;
  readonly until: number;
}

/** What became of a code that somebody wants to exchange. */
export type TakenCode =
  { readonly kind: 'taken'; readonly grant: Grant } | { readonly kind: 'expired' | 'foreign' | 'unknown' | 'used' };

/** The codes and tokens that one provider has given out. */
export class Grants {
  private readonly codes = new Map<string, IssuedCode>();
  private readonly access = new Map<string, IssuedAccess>();
  private readonly refresh = new Map<string, Grant>();

  issueCode(code: string, grant: Grant, seconds: number): void {
    this.codes.set(code, { grant, until: Date.now() + seconds * 1000, used: false });
  }

  issueAccess(token: string, grant: Grant, seconds: number): void {
    this.access.set(token, { grant, until: Date.now() + seconds * 1000 });
  }

  issueRefresh(token: string, grant: Grant): void {
    this.refresh.set(token, grant);
  }

  /** Once: from then on the code is used, whatever becomes of the exchange. */
  takeCode(code: string, clientId: string): TakenCode {
    const issued = this.codes.get(code);
    if (!issued) return { kind: 'unknown' };
    if (issued.grant.clientId !== clientId) return { kind: 'foreign' };
    if (issued.used) return { kind: 'used' };
    issued.used = true;
    return issued.until < Date.now() ? { kind: 'expired' } : { kind: 'taken', grant: issued.grant };
  }

  ofAccess(token: string): Grant | undefined {
    const issued = this.access.get(token);
    return issued && Date.now() <= issued.until ? issued.grant : undefined;
  }

  ofRefresh(token: string): Grant | undefined {
    return this.refresh.get(token);
  }

  /** Those with a refresh token that still works. */
  lasting(): Grant[] {
    return [...this.refresh.values()];
  }

  /** Ends everything that was given for this person, to one client or to all. */
  end(sub: string, clientId?: string): void {
    const ends = (grant: Grant): boolean =>
      grant.sub === sub && (clientId === undefined || grant.clientId === clientId);
    for (const [token, { grant }] of this.access) if (ends(grant)) this.access.delete(token);
    for (const [token, grant] of this.refresh) if (ends(grant)) this.refresh.delete(token);
    for (const [code, { grant }] of this.codes) if (ends(grant)) this.codes.delete(code);
  }

  forget(): void {
    this.codes.clear();
    this.access.clear();
    this.refresh.clear();
  }
}
