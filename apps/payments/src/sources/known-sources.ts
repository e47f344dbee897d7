import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { MicroBatcher, TokenBucket } from '@signalbox/resilience';
import type { SigningSecret } from '../verify/verify-signature.js';
import { openSecret } from './sealed-secret.js';
import { LOAD_SOURCES, LOAD_SOURCES_OF_APP } from './source.queries.js';

/** A source with its secrets opened, as the edge needs it. */
export interface KnownSource {
  readonly id: Uuid;
  /** As it stands in its address. */
  readonly publicId: string;
  readonly appId: Uuid;
  readonly name: string;
  readonly scope: 'account' | 'connect';
  readonly livemode: boolean;
  readonly shape: 'snapshot' | 'thin';
  readonly secrets: readonly SigningSecret[];
}

interface LoadedRow extends Omit<KnownSource, 'publicId' | 'secrets'> {
  readonly secret: Uuid | null;
  readonly sealed: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date | null;
}

/** How long a source is believed to be as it was read: another process may have changed it. Milliseconds. */
const FRESH = 3_000;
/** How often a source is read because a signature did not fit: at once for who adds a secret, seldom for who floods it. */
const DOUBTS = { burst: 5, perSecond: 1 } as const;
/** How long an address is remembered that no source has. Nobody can guess one that there will be. Milliseconds. */
const UNKNOWN = 30_000;
/** Such addresses that are remembered, at most. */
const MOST_UNKNOWN = 10_000;
/** Addresses that nobody has asked for lately are looked up together, so that strangers who try many cost few statements. */
const LOOKUP = { maxBatch: 500, maxWaiting: 5_000, linger: 10 } as const;

interface Entry {
  readonly source: Promise<KnownSource | undefined>;
  /** Absent while it is being read. */
  known?: KnownSource;
  readonly readAt: number;
}

/**
 * The sources as the edge knows them: read when they are asked for, kept for a few seconds, read again when a signature
 * does not fit. What strangers send, however much, costs no more than a statement a second for each source there is.
 */
export class KnownSources {
  /* All by public ids: that is what an address has, and reading one costs more than finding it here. */
  private readonly entries = new Map<string, Entry>();
  private readonly doubts = new Map<string, TokenBucket>();
  private readonly unknown = new Map<string, number>();
  private readonly lookups: MicroBatcher<Uuid, KnownSource | Unreadable | undefined>;

  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.lookups = new MicroBatcher({ ...LOOKUP, flush: (ids) => this.load(ids), isolate: () => false });
  }

  /**
   * Undefined: there is no such source.
   *
   * @throws DatabaseUnreachable, BatcherFull; SealBroken when this process lacks the master key of a secret.
   */
  async find(publicId: string): Promise<KnownSource | undefined> {
    const entry = this.entries.get(publicId);
    if (entry !== undefined && this.now() - entry.readAt < FRESH) return entry.source;
    const unknownSince = this.unknown.get(publicId);
    if (unknownSince !== undefined && this.now() - unknownSince < UNKNOWN) return undefined;
    return this.read(publicId);
  }

  /** The same, if it is known by now: nothing has to be waited for then. */
  recall(publicId: string): KnownSource | undefined {
    const entry = this.entries.get(publicId);
    return entry !== undefined && this.now() - entry.readAt < FRESH ? entry.known : undefined;
  }

  /** The same, after a signature did not fit: it may be that of a secret that was added a moment ago. Throws as `find` does. */
  async findAgain(publicId: string): Promise<KnownSource | undefined> {
    const doubts = this.doubts.get(publicId) ?? new TokenBucket(DOUBTS, this.now);
    this.doubts.set(publicId, doubts);
    return doubts.take() ? this.read(publicId) : this.find(publicId);
  }

  /** All sources of an app, to explain a mistake with. */
  async ofApp(appId: Uuid): Promise<KnownSource[]> {
    const { rows } = await this.database.query<LoadedRow>(LOAD_SOURCES_OF_APP, [appId]);
    return [...this.opened(rows).values()].flatMap((source) => (source instanceof Unreadable ? [] : [source]));
  }

  /** What this process itself has changed is read again at once. */
  forget(id: Uuid): void {
    const publicId = formatId('stripeSource', id);
    for (const known of [this.entries, this.unknown, this.doubts]) known.delete(publicId);
  }

  private async read(publicId: string): Promise<KnownSource | undefined> {
    const id = parseId('stripeSource', publicId);
    if (id === undefined) return undefined;
    const source = this.lookUp(id);
    const entry: Entry = { source, readAt: this.now() };
    this.entries.set(publicId, entry);
    const drop = (): void => {
      if (this.entries.get(publicId) === entry) this.entries.delete(publicId);
    };
    source.then((found) => {
      if (found !== undefined) {
        entry.known = found;
        return;
      }
      drop();
      this.rememberUnknown(publicId);
    }, drop);
    return source;
  }

  private async lookUp(id: Uuid): Promise<KnownSource | undefined> {
    const found = await this.lookups.add(id);
    if (found instanceof Unreadable) throw found.cause;
    return found;
  }

  private rememberUnknown(publicId: string): void {
    // Deleted first, so that the map's order stays the order of age.
    this.unknown.delete(publicId);
    const oldest = this.unknown.keys().next();
    if (this.unknown.size >= MOST_UNKNOWN && oldest.done !== true) this.unknown.delete(oldest.value);
    this.unknown.set(publicId, this.now());
  }

  private async load(ids: readonly Uuid[]): Promise<(KnownSource | Unreadable | undefined)[]> {
    const { rows } = await this.database.query<LoadedRow>(LOAD_SOURCES, [ids]);
    const sources = this.opened(rows);
    return ids.map((id) => sources.get(id));
  }

  private opened(rows: readonly LoadedRow[]): Map<Uuid, KnownSource | Unreadable> {
    const bySource = Map.groupBy(rows, (row) => row.id);
    return new Map([...bySource].map(([id, ofSource]) => [id, this.openedSource(ofSource)]));
  }

  private openedSource(rows: readonly LoadedRow[]): KnownSource | Unreadable {
    const { id, appId, name, scope, livemode, shape } = rows[0]!;
    try {
      const secrets = rows.flatMap(({ secret, sealed, notBefore, notAfter }) =>
        secret === null ? [] : [{ id: secret, key: openSecret(this.envelope, appId, sealed), notBefore, notAfter }],
      );
      return { id, publicId: formatId('stripeSource', id), appId, name, scope, livemode, shape, secrets };
    } catch (error) {
      return new Unreadable(error);
    }
  }
}

/** One of a batch could not be opened; the others can. */
class Unreadable {
  constructor(readonly cause: unknown) {}
}
