import { parseId, type Uuid } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { TokenBucket } from '@signalbox/resilience';
import { openSdk, type BraintreeSdk } from '../braintree-sdk.js';
import type { SigningKeys } from './verify-signature.js';

/** Where the webhooks of an app's Braintree merchant come in: its credential. */
export interface BraintreeSource extends SigningKeys {
  readonly id: Uuid;
  /** As it stands in its address: `crd_...`. */
  readonly publicId: string;
  readonly appId: Uuid;
  readonly notifications: BraintreeSdk['webhookNotification'];
}

/** How long keys are believed to be as they were read: another process may have rotated them. Milliseconds. */
const FRESH = 3_000;
/** How often keys are read because a signature did not fit. */
const DOUBTS = { burst: 5, perSecond: 1 } as const;
/** Addresses that are looked up which nobody had asked for lately: strangers who try many cost no more. */
const LOOKUPS = { burst: 100, perSecond: 50 } as const;
/** How long an address is remembered that is nobody's. Milliseconds. */
const UNKNOWN = 30_000;
const MOST_KNOWN = 10_000;

interface Entry {
  readonly source: Promise<BraintreeSource | undefined>;
  readonly readAt: number;
  readonly doubts: TokenBucket;
}

/** Too many strangers' addresses at once. */
export class TooManyLookups extends Error {
  override readonly name = 'TooManyLookups';
}

/** The sources as the edge knows them: read when they are asked for, kept for seconds, read again when a signature does not fit. */
export class BraintreeSources {
  private readonly entries = new Map<string, Entry>();
  private readonly lookups: TokenBucket;

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialReader,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lookups = new TokenBucket(LOOKUPS, now);
  }

  /** Undefined: there is no such source. @throws DatabaseUnreachable, SealBroken, TooManyLookups */
  async find(publicId: string): Promise<BraintreeSource | undefined> {
    const entry = this.entries.get(publicId);
    if (entry === undefined) return this.read(publicId);
    const age = this.now() - entry.readAt;
    const source = age < UNKNOWN ? await entry.source : undefined;
    return age < (source === undefined ? UNKNOWN : FRESH) ? source : this.read(publicId);
  }

  /** The same, after a signature did not fit: the keys may have been rotated a moment ago. Throws as `find` does. */
  async findAgain(publicId: string): Promise<BraintreeSource | undefined> {
    const doubts = this.entries.get(publicId)?.doubts;
    return doubts === undefined || doubts.take() ? this.read(publicId) : this.find(publicId);
  }

  private async read(publicId: string): Promise<BraintreeSource | undefined> {
    const id = parseId('credential', publicId);
    if (id === undefined) return undefined;
    const known = this.entries.get(publicId);
    if (known === undefined && !this.lookups.take()) throw new TooManyLookups();
    const source = this.load(id, publicId);
    const entry = { source, readAt: this.now(), doubts: known?.doubts ?? new TokenBucket(DOUBTS, this.now) };
    // Deleted first, so that the map's order stays the order of age.
    this.entries.delete(publicId);
    const oldest = this.entries.keys().next();
    if (this.entries.size >= MOST_KNOWN && oldest.done !== true) this.entries.delete(oldest.value);
    this.entries.set(publicId, entry);
    source.catch(() => {
      if (this.entries.get(publicId) === entry) this.entries.delete(publicId);
    });
    return source;
  }

  private async load(id: Uuid, publicId: string): Promise<BraintreeSource | undefined> {
    const opened = await this.credentials.openBraintree(this.database, id);
    if (opened === undefined) return undefined;
    const { publicKey, privateKey } = opened.secret;
    const { sdk } = openSdk(opened.secret);
    return { id, publicId, appId: opened.appId, publicKey, privateKey, notifications: sdk.webhookNotification };
  }
}
