import type { Sql } from '@signalbox/database';
import { guardedFetch, policyFor } from '@signalbox/egress';
import { KeySet, type KeySetOptions } from '../tokens/key-set.js';
import { jwks } from '../tokens/fetch-our-keys.js';
import { type IssuerRow, readIssuers } from './issuer.queries.js';

/** Milliseconds that the table is believed: how long an issuer that was taken away is still believed at most. */
const BELIEVED_FOR = 5_000;
const KEYS = { maxBytes: 262_144, timeoutMs: 3_000 };

export interface KnownIssuer extends IssuerRow {
  readonly keys: KeySet;
}

export interface KnownIssuersOptions extends KeySetOptions {
  readonly sql: Sql;
  /** Whether apps in test mode may name issuers on this machine and its network. */
  readonly allowPrivate: boolean;
  /** Called when something changed: what was verified before may not be good any more. */
  readonly onChange: () => void;
}

/** The issuers that apps trust, and their keys. */
export class KnownIssuers {
  private issuers: readonly KnownIssuer[] = [];
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;
  private readonly now: () => number;

  constructor(private readonly options: KnownIssuersOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** Those of this name. @throws what the database said when they were never read. */
  async named(issuer: string): Promise<readonly KnownIssuer[]> {
    await this.refresh();
    return this.issuers.filter((each) => each.issuer === issuer);
  }

  /** Reads the table again unless that was done just now. */
  async refresh(): Promise<void> {
    if (this.now() - this.readAt < BELIEVED_FOR) return;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    await this.reading;
  }

  private async read(): Promise<void> {
    const rows = await readIssuers(this.options.sql);
    const isSame = rows.length === this.issuers.length && rows.every((row) => this.kept(row) !== undefined);
    this.readAt = this.now();
    if (isSame) return;
    this.issuers = rows.map((row) => this.kept(row) ?? { ...row, keys: this.keysOf(row) });
    this.options.onChange();
  }

  private kept(row: IssuerRow): KnownIssuer | undefined {
    return this.issuers.find(({ id, version }) => id === row.id && version === row.version);
  }

  private keysOf({ jwksUri, mode }: IssuerRow): KeySet {
    const policy = policyFor(mode, this.options.allowPrivate);
    const fetchKeys = async () => {
      const response = await guardedFetch(jwksUri, { headers: { accept: 'application/json' } }, { ...policy, ...KEYS });
      if (response.status !== 200) throw new Error(`the keys were answered ${response.status}`);
      return jwks.parse(await response.json());
    };
    return new KeySet(fetchKeys, this.options);
  }
}
